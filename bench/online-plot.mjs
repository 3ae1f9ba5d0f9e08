/** The plot of bench/online.mjs: for each change the longest wait in both forms, on a logarithmic scale. */
const WIDTH = 760;
const LEFT = 200;
const RIGHT = 70;
const ROW = 44;
const TOP = 64;
const FORMS = [
  ['plain', '#c2410c'],
  ['online', '#0f766e'],
];

export function plotOf(results, rows) {
  const worst = ({ write, read }) => Math.max(write, read, 1);
  const most = Math.max(...results.flatMap(({ plain, online }) => [worst(plain), worst(online)]));
  const decades = Math.ceil(Math.log10(most));
  const x = (ms) => LEFT + (Math.log10(ms) / decades) * (WIDTH - LEFT - RIGHT);
  const height = TOP + results.length * ROW + 24;
  const ticks = Array.from({ length: decades + 1 }, (_tick, power) => 10 ** power);
  const bars = results.flatMap(({ name, ...forms }, at) => {
    const y = TOP + at * ROW;
    const label = `<text x="${LEFT - 10}" y="${y + 22}" text-anchor="end">${escaped(name)}</text>`;
    return [
      label,
      ...FORMS.flatMap(([form, colour], place) => {
        const ms = worst(forms[form]);
        const top = y + 4 + place * 16;
        const width = Math.max(2, x(ms) - LEFT).toFixed(1);
        const text = `${Math.round(ms).toLocaleString('en')} ms`;
        return [
          `<rect x="${LEFT}" y="${top}" width="${width}" height="14" fill="${colour}"/>`,
          `<text x="${(x(ms) + 6).toFixed(1)}" y="${top + 11}" class="value">${text}</text>`,
        ];
      }),
    ];
  });
  const lines = ticks.flatMap((ms) => [
    `<line x1="${x(ms)}" x2="${x(ms)}" y1="${TOP - 6}" y2="${height - 20}" stroke="#d4d4d4"/>`,
    `<text x="${x(ms)}" y="${height - 6}" text-anchor="middle" class="value">${ms.toLocaleString('en')}</text>`,
  ]);
  const legend = FORMS.map(
    ([form, colour], at) =>
      `<rect x="${LEFT + at * 90}" y="34" width="12" height="12" fill="${colour}"/><text x="${LEFT + 18 + at * 90}" y="45">${form}</text>`,
  );
  const title = `Longest wait of a reader or writer, ms, while a table of ${rows.toLocaleString('en')} rows is changed`;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}" viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="${title}">`,
    '<style>text{font:13px sans-serif;fill:#262626}.value{font-size:11px}.title{font-weight:bold}</style>',
    `<rect width="${WIDTH}" height="${height}" fill="#fff"/>`,
    `<text x="12" y="20" class="title">${title}</text>`,
    ...legend,
    ...lines,
    ...bars,
    '</svg>',
    '',
  ].join('\n');
}

function escaped(text) {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}
