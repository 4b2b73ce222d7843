// Takes an array of Kubernetes objects on stdin, and says of each in a line what its model says: taken, refused, or that there is none.
import { readFileSync } from "node:fs";

const packages = [
  "kubernetes-models",
  "@kubernetes-models/gateway-api",
  "@kubernetes-models/prometheus-operator",
  "@kubernetes-models/keda",
  "@kubernetes-models/cert-manager",
];
const absent = ["ERR_MODULE_NOT_FOUND", "ERR_PACKAGE_PATH_NOT_EXPORTED", "ERR_UNSUPPORTED_DIR_IMPORT"];

async function model(object) {
  for (const name of packages) {
    try {
      const kinds = await import(`${name}/${object.apiVersion}`);
      if (kinds[object.kind]) {
        return kinds[object.kind];
      }
    } catch (failure) {
      if (!absent.includes(failure.code)) {
        throw failure;
      }
    }
  }
  return null;
}

for (const object of JSON.parse(readFileSync(0))) {
  const Model = await model(object);
  const name = `${object.kind} ${object.metadata.name}`;
  if (Model === null) {
    console.log(`unknown ${object.kind}`);
    continue;
  }
  try {
    new Model(object).validate();
    console.log(`taken ${name}`);
  } catch (failure) {
    console.log(`refused ${name}: ${failure.message.replaceAll("\n", " ")}`);
  }
}
