import { basename } from 'node:path';

/** Of the lines, and of the branches, of each file in src. */
const LEAST = { line: 90, branch: 75 };

/** A reporter of `node --test --experimental-test-coverage`: says how much of src was run, and fails where that is too little. */
export default async function* coverage(events) {
  for await (const { type, data } of events) {
    if (type !== 'test:coverage') continue;
    const files = data.summary.files.filter(({ path }) => path.includes('/src/'));
    const of = (what, all) => {
      const sum = (count) => all.reduce((total, file) => total + file[count], 0);
      return (100 * sum(`covered${what}Count`)) / sum(`total${what}Count`);
    };
    yield `\ncoverage of src: ${of('Line', files).toFixed(1)} % of lines, ${of('Branch', files).toFixed(1)} % of branches\n`;
    const low = files.filter((file) => of('Line', [file]) < LEAST.line || of('Branch', [file]) < LEAST.branch);
    for (const file of low) {
      yield `too little: ${basename(file.path)}, ${of('Line', [file]).toFixed(1)} % of lines, ${of('Branch', [file]).toFixed(1)} % of branches\n`;
    }
    if (!files.length || low.length) process.exitCode = 1;
  }
}
