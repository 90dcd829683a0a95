// One register in memory: a body is kept, and {} is answered with the last that was.
const http = require('node:http');

let last = '{"value":0}';
http.createServer((request, response) => {
  let body = '';
  request.setEncoding('latin1');
  request.on('data', (text) => { body += text; });
  request.on('end', () => {
    if (body.length > 2) last = body;
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': last.length });
    response.end(last);
  });
}).listen(Number(process.env.PORT), '127.0.0.1');
