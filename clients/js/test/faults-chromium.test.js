// The same faults, with the clients in a page.
process.env.HOST = 'chromium';
await import('./faults.test.js');
