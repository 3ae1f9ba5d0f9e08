import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';

/**
 * The exported declarations of the package and their members, as an editor documents them: what a member inherits from the
 * interface that it implements counts as its own.
 */
export function publicMembers(root) {
  const program = programOf(root);
  const checker = program.getTypeChecker();
  const sources = `${join(root, 'src')}/`.replaceAll('\\', '/');
  const isOwn = (declaration) => declaration.getSourceFile().fileName.startsWith(sources);
  const found = new Map();

  const add = (name, symbol, declaration, owner) => {
    if (found.has(declaration)) return;
    const sourceFile = declaration.getSourceFile();
    found.set(declaration, {
      name,
      owner,
      member: symbol.name,
      kind: ts.SyntaxKind[declaration.kind],
      file: sourceFile.fileName.slice(root.length + 1),
      line: sourceFile.getLineAndCharacterOfPosition(declaration.getStart()).line + 1,
      documentation: ts.displayPartsToString(symbol.getDocumentationComment(checker)).trim(),
      examples: tagsOf(symbol, checker, 'example'),
    });
  };

  for (const symbol of exportsOf(program, checker, root)) {
    const declarations = (symbol.declarations ?? []).filter(isOwn);
    for (const declaration of declarations) {
      add(symbol.name, symbol, declaration);
      for (const node of memberNodesOf(declaration)) {
        const member = checker.getSymbolAtLocation(node.name);
        if (member !== undefined) add(`${symbol.name}.${member.name}`, member, node, symbol.name);
      }
    }
    inherited(symbol, checker).forEach((member) => {
      const declaration = member.declarations?.find(isOwn);
      if (declaration !== undefined) add(`${symbol.name}.${member.name}`, member, declaration, symbol.name);
    });
  }
  return [...found.values()];
}

/** The text up to its first full stop; undefined where the first paragraph has none, or does not begin as a sentence does. */
export function firstSentence(documentation) {
  const [paragraph = ''] = documentation.split(/\n\s*\n/);
  return /^[^a-z\s].*?[.](?=\s|$)/.exec(paragraph.replaceAll(/\s+/g, ' '))?.[0];
}

/** The names that entries of the package export, and the entries to import them from, by their files. */
export function exportedNames(root) {
  const program = programOf(root);
  const checker = program.getTypeChecker();
  const names = new Map();
  for (const [entry, file] of entriesOf(root)) {
    const module = checker.getSymbolAtLocation(program.getSourceFile(file));
    for (const { name } of checker.getExportsOfModule(module)) {
      names.set(name, { ...names.get(name), [file.slice(root.length + 1)]: entry });
    }
  }
  return names;
}

function programOf(root) {
  const file = join(root, 'tsconfig.json');
  const { config } = ts.readConfigFile(file, ts.sys.readFile);
  const { options } = ts.parseJsonConfigFileContent({ ...config, include: [] }, ts.sys, root);
  return ts.createProgram([...entriesOf(root).values()], options);
}

/** The source of each entry of package.json, by the name that it is imported by. */
function entriesOf(root) {
  const { name, exports } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const entries = Object.entries(exports).filter(([, { types }]) => types !== undefined);
  return new Map(
    entries.map(([path, { types }]) => {
      const source = join(root, types.replace('./dist/', 'src/').replace(/\.d\.ts$/, '.ts'));
      return [path.replace('.', name), source];
    }),
  );
}

function exportsOf(program, checker, root) {
  const symbols = [...entriesOf(root).values()].flatMap((entry) =>
    checker.getExportsOfModule(checker.getSymbolAtLocation(program.getSourceFile(entry))),
  );
  const resolved = symbols.map((symbol) =>
    symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol,
  );
  return [...new Set(resolved)];
}

/** Members that an interface has from interfaces of the package that are not exported themselves. */
function inherited(symbol, checker) {
  if (!(symbol.flags & (ts.SymbolFlags.Interface | ts.SymbolFlags.TypeAlias))) return [];
  const type = checker.getDeclaredTypeOfSymbol(symbol);
  return type.isUnion() ? [] : type.getProperties();
}

/** Declarations of members, those of type literals within a type included. */
function memberNodesOf(declaration) {
  if (ts.isInterfaceDeclaration(declaration) || ts.isClassDeclaration(declaration)) {
    return declaration.members.flatMap(ownMembers);
  }
  if (!ts.isTypeAliasDeclaration(declaration)) return [];
  const literals = [];
  const visit = (node) => {
    if (ts.isTypeLiteralNode(node)) literals.push(node);
    else if (!ts.isFunctionTypeNode(node) && !ts.isTypeReferenceNode(node)) ts.forEachChild(node, visit);
  };
  visit(declaration.type);
  return literals.flatMap(({ members }) => members.flatMap(ownMembers));
}

function ownMembers(member) {
  const modifiers = ts.getCombinedModifierFlags(member);
  if (modifiers & (ts.ModifierFlags.Private | ts.ModifierFlags.Protected)) return [];
  if (ts.isConstructorDeclaration(member)) {
    return member.parameters.filter(
      (parameter) =>
        ts.isParameterPropertyDeclaration(parameter, member) &&
        !(ts.getCombinedModifierFlags(parameter) & (ts.ModifierFlags.Private | ts.ModifierFlags.Protected)),
    );
  }
  return member.name !== undefined && !ts.isPrivateIdentifier(member.name) ? [member] : [];
}

function tagsOf(symbol, checker, name) {
  return symbol
    .getJsDocTags(checker)
    .filter((tag) => tag.name === name)
    .map(({ text }) => ts.displayPartsToString(text));
}
