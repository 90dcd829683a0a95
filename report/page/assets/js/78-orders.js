// Orders of operations: a legal one of all, or the longest legal beginning with what fits nowhere after it.

const rowHeight = 28;
let orders = [];
let shownOrder = 0;
let rankOf = new Map(); // operation → its place in the order that is shown

async function readOrders() {
  const [section] = sections('orders');
  if (!section) return;
  const r = new Reader(await unpack(section));
  const head = JSON.parse(new TextDecoder().decode(r.part().bytes)), places = r.part();
  for (const o of head) {
    o.ops = new Int32Array(o.count);
    for (let i = 0, at = 0; i < o.count; i++) o.ops[i] = at += places.int();
  }
  orders = head;
}

/** list shows rows that are made only while they are seen. */
function list(into, n, row) {
  const inner = el('div');
  inner.style.height = `${n * rowHeight}px`;
  into.replaceChildren(inner);
  const draw = () => {
    const first = Math.max(0, Math.floor(into.scrollTop / rowHeight) - 4), end = Math.min(n, first + Math.ceil(into.clientHeight / rowHeight) + 9);
    inner.replaceChildren(...Array.from({ length: end - first }, (_, k) => {
      const made = row(first + k);
      made.style.top = `${(first + k) * rowHeight}px`;
      return made;
    }));
  };
  into.onscroll = draw;
  draw();
  return draw;
}

let redrawList = () => {};

function showOrder(n) {
  shownOrder = n;
  const o = orders[n], stuck = o.stuck ?? [];
  rankOf = new Map();
  o.ops.forEach((i, k) => rankOf.set(i, k + 1));
  const tail = stuck.length ? stuck.length + 1 : 0;
  const rows = list($('orders-ops'), o.count + tail, (k) => {
    if (k === o.count && tail) return el('div', { class: 'row head stuck' }, `none of these fits next${o.state ? `, where it holds ${o.state}` : ''}`);
    const i = k < o.count ? o.ops[k] : stuck[k - o.count - 1];
    return orderRow(i, k < o.count ? count(k + 1) : '✕', k >= o.count, () => rows());
  });
  if (stuck.length) $('orders-ops').scrollTop = o.count * rowHeight;
  redrawList();
  redraw();
}

function orderRow(i, rank, stuck, again) {
  let text = '';
  if (i < ops.n) {
    const there = block(Math.floor(i / blockSize));
    if (there.told) text = there.told.at(i % blockSize);
    else there.then(again);
  }
  const client = i < ops.n ? `client ${ops.client[i]}` : '';
  return el('div', { class: stuck ? 'row stuck' : 'row', onclick: () => { if (ops.n) { select(i, { look: true }); reveal(); } } },
    el('span', { class: 'at' }, rank), el('span', { class: 'at' }, `#${i}`), el('span', {}, client), el('code', {}, text));
}

function showOrders() {
  if (!orders.length) return;
  $('orders').hidden = false;
  const legal = orders[0].legal;
  $('orders-title').textContent = legal ? 'One after the other' : 'As far as an order can be found';
  $('orders-note').textContent = legal
    ? 'A single client that made the operations in this order would have seen the same.'
    : 'The longest order of operations that explains what clients saw, and those that cannot come next.';
  redrawList = list($('orders-list'), orders.length, (n) => el('div', {
    class: 'row', role: 'option', 'aria-selected': String(n === shownOrder), onclick: () => showOrder(n),
  }, orders[n].object || 'all', el('span', { class: 'at' }, count(orders[n].count))));
  $('orders-list').addEventListener('keydown', (e) => {
    const by = { ArrowDown: 1, ArrowUp: -1 }[e.key];
    if (!by) return;
    e.preventDefault();
    showOrder(clamp(shownOrder + by, 0, orders.length - 1));
  });
  const named = orders.findIndex((o) => o.object === facts.anomalies[0]?.object);
  showOrder(Math.max(0, named));
  $('in-order').hidden = !ops.n;
}

/** paintOrder draws the order through the bars. Where an operation took effect nobody saw: each is put as early as its call and
 * those before it in the order allow, which is within its bar if the order is legal. */
function paintOrder(c) {
  const o = orders[shownOrder];
  if (!o) return;
  const points = orderPoints(o), first = Math.max(0, after(points, view.from, 0, o.count) - 1), end = Math.min(o.count, after(points, view.to, 0, o.count) + 1);
  const every = end - first > 4000 ? Math.ceil((end - first) / 4000) : 1;
  c.strokeStyle = c.fillStyle = colours.order;
  c.lineWidth = 1.5;
  c.beginPath();
  for (let k = first; k < end; k += every) c.lineTo(toX(points[k]), toY(lanes.laneOf[o.ops[k]]) + size.lane / 2);
  c.stroke();
  if (end - first > 400) return;
  c.font = `600 10px ${colours.sans}`;
  c.textAlign = 'center';
  c.textBaseline = 'middle';
  for (let k = first; k < end; k++) {
    const x = toX(points[k]), y = toY(lanes.laneOf[o.ops[k]]) + size.lane / 2, text = String(k + 1);
    const r = end - first > 120 ? 3 : Math.max(8, text.length * 3.2 + 4);
    c.fillStyle = colours.order;
    c.beginPath();
    c.arc(x, y, r, 0, 7);
    c.fill();
    if (r > 3) { c.fillStyle = colours.card; c.fillText(text, x, y + 0.5); }
  }
  for (const i of o.stuck ?? []) {
    const b = box(lanes.laneOf[i], lanes.place[i]);
    c.strokeStyle = colours.anomaly;
    c.setLineDash([4, 3]);
    c.strokeRect(b.x - 1, b.y - 1, Math.max(4, b.w) + 2, b.h + 2);
    c.setLineDash([]);
  }
}

function orderPoints(o) {
  if (!o.points) {
    o.points = new Float64Array(o.count);
    for (let k = 0, t = -Infinity; k < o.count; k++) o.points[k] = t = Math.max(t, ops.call[o.ops[k]]);
  }
  return o.points;
}
