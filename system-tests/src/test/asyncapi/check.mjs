// check.mjs DOCUMENT [MESSAGES]: the document by AsyncAPI's own parser, and messages against the schemas in it. A line of MESSAGES is
// {"message": a name of components/messages, "payload": …}. What is wrong is printed; the exit code says whether anything is.
import { Parser } from '@asyncapi/parser';
import Ajv from 'ajv';
import formats from 'ajv-formats';
import { readFileSync } from 'node:fs';

const [path, messages] = process.argv.slice(2);
const { document, diagnostics } = await new Parser().parse(readFileSync(path, 'utf8'));
let wrong = diagnostics.length;
diagnostics.forEach(({ code, path, message }) => console.log(`${code} at ${path.join('.')}: ${message}`));

if (document && messages) {
  const ajv = new Ajv({ strict: false, allErrors: true });
  formats(ajv);
  const checks = new Map();
  const counts = {};
  for (const line of readFileSync(messages, 'utf8').split('\n').filter(Boolean)) {
    const { message, payload } = JSON.parse(line);
    if (!checks.has(message)) checks.set(message, ajv.compile(document.json().components.messages[message].payload));
    counts[message] = (counts[message] ?? 0) + 1;
    if (!checks.get(message)(payload)) {
      wrong++;
      console.log(`${message} ${JSON.stringify(payload)}: ${ajv.errorsText(checks.get(message).errors)}`);
    }
  }
  console.log(`checked: ${JSON.stringify(counts)}`);
}
process.exit(wrong ? 1 : 0);
