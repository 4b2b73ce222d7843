// POST /jobs begins one and answers at once; how far it is, it tells as events.
import { randomUUID } from 'node:crypto';
import { connect } from '../../clients/js/src/index.js';

export function start({ urls, token }) {
  const sluice = connect({ urls: { publish: urls.publish, sse: urls.sse }, token: () => token('worker'), transports: ['sse'] });

  async function work(id) {
    for (let percent = 0; percent <= 100; percent += 10) {
      // Waits until Kafka has it: the news are never ahead of the job.
      await sluice.publish(`jobs.${id}`, { percent }, { type: percent === 100 ? 'job.done' : 'job.progress' });
      await new Promise((done) => setTimeout(done, 300));
    }
  }

  return {
    handle(request, response, path) {
      if (path !== '/jobs' || request.method !== 'POST') return false;
      const id = randomUUID().slice(0, 8);
      work(id).catch((error) => console.error(`job ${id}: ${error.message}`));
      response.writeHead(202, { 'Content-Type': 'application/json' }).end(JSON.stringify({ id }));
      return true;
    },
  };
}
