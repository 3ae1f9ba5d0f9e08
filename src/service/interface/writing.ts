import type { AdoptResult, InitResult, RevisionInfo, TemplateInfo } from '../../results.js';
import type { AdoptRequest, InitRequest, MergeRequest, MigrateRequest, RevisionRequest } from '../requests.js';

/** The methods of `MigrationService` that write files of the repository. */
export interface WritingCalls {
  /**
   * Lists the templates that `init` can make a repository from.
   *
   * @example
   *     const names = migrations.listTemplates().map(({ name }) => name);
   */
  listTemplates(): readonly TemplateInfo[];

  /**
   * Makes the repository, and keeps it out of the application's build: the tsconfig that builds gets its folder in `exclude`.
   *
   * @throws DirectoryNotEmptyError when the directory holds something already; RepositoryInBuildError when it is in the folder of
   *   the build; TemplateNotFoundError for an unknown template; RepositoryNotWrittenError when it cannot be written. Nothing is
   *   written then
   * @example
   *     const { directory, files } = await migrations.init({ template: 'default' });
   */
  init(request?: InitRequest): Promise<InitResult>;

  /**
   * Writes an empty revision, or with `autogenerate` what `migrate` writes.
   *
   * @throws IdleOptionError for an option about changes (`renames`, `sqlBody` …) without `autogenerate`; OfflineUnavailableError for
   *   `sql`; RepositoryNotFoundError without a repository; NotAHeadError when `head` is none and `splice` is not given;
   *   MultipleHeadsError when `head` means several; DuplicateRevisionError, DuplicateLabelError or VersionPathError for a `revId`,
   *   `branchLabel` or `versionPath` that cannot be; TemplateFailedError when the template fails
   * @example
   *     const [written] = await migrations.revision({ message: 'fill countries' });
   */
  revision(request?: RevisionRequest): Promise<readonly RevisionInfo[]>;

  /**
   * Compares entities and databases, and writes the difference as a revision.
   *
   * @returns the revisions written; none when nothing changed
   * @throws DatabaseNotUpToDateError when a database has revisions to run first; NoEntitiesError when every table would be dropped;
   *   InvalidRenameError for a rename that fits nothing; KeyConversionError for keys whose values cannot be converted;
   *   SqlBodyError or SqlBodyUnavailableError for `sqlBody`; DataSourcesFailedError when some of several data sources fail; and what
   *   `revision` throws
   * @example
   *     const written = await migrations.migrate({ message: 'add phone', renames: ['user.name:user.fullName'] });
   */
  migrate(request?: MigrateRequest): Promise<readonly RevisionInfo[]>;

  /**
   * Writes a revision that joins several; without `revisions` it joins all heads.
   *
   * @throws NothingToMergeError when there are not two heads; NotAHeadError for a revision that is no head, without `splice`;
   *   RevisionNotFoundError for an unknown revision; DuplicateHeadsError for one that is given twice
   * @example
   *     const merge = await migrations.merge(['ae10', '27c6'], { message: 'join both branches' });
   */
  merge(revisions?: string | readonly string[], request?: MergeRequest): Promise<RevisionInfo>;

  /**
   * Opens the files of a revision in `$VISUAL` or `$EDITOR`, one after the other, and waits for the editor.
   *
   * `current` means the revisions that the databases are at.
   *
   * @throws EditorError when there is no editor, or it fails; RevisionNotFoundError for an unknown revision
   * @example
   *     await migrations.edit('head');
   */
  edit(revision?: string): Promise<readonly RevisionInfo[]>;

  /**
   * Takes over the migrations of TypeORM: writes a first revision that runs the old classes as they are, and notes each
   * database that is at the last of them at this revision.
   *
   * The repository is made where there is none. Done twice it changes nothing; on another database it only notes it at the
   * revision that exists. With `from: 'database'` the first revision is instead what makes the present database out of an empty
   * one, whether TypeORM has migrations or not, as `migrate({ fromDatabase: true })` writes it.
   *
   * @throws NotAtLastTypeormMigrationError with the lists of pending and unknown migrations; NothingToAdoptError when there are none;
   *   AdoptionRefusedError when they cannot be taken over as they are; RevisionsExistError or FromDatabaseOptionError for
   *   `from: 'database'`; RunAbortedError when its `signal` is aborted. Nothing is written then.
   *   AdoptionUnfinishedError when the revision was written, and noting the databases at it was stopped or failed
   * @example
   *     const { revision, dataSources } = await migrations.adopt({ dryRun: true });
   */
  adopt(request?: AdoptRequest): Promise<AdoptResult>;
}
