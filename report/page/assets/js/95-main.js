// What happens when the page is opened.

const clock = { opened: performance.now() }; // ms
const openedAt = location.hash; // before anything that is chosen changes it

/** stalls tells when nothing returned for long, and what never did. */
function stalls() {
  if (facts.untimed || ops.n < 2) return;
  const ends = ops.end.slice().sort();
  let longest = 0, at = 0, never = 0;
  for (let i = 1; i < ends.length; i++) {
    if (ends[i] === Infinity) { never++; continue; }
    if (ends[i] - ends[i - 1] > longest) { longest = ends[i] - ends[i - 1]; at = ends[i - 1]; }
  }
  $('stalls').replaceChildren(`The longest time in which nothing returned was ${duration(longest)}, from ${time(at, longest / 10)}. `,
    never ? `${things(never, 'operation')} never returned.` : '', ' ',
    el('button', { type: 'button', onclick: () => { glide(at - longest * 0.3, at + longest * 1.3); reveal(); } }, 'Show'));
}

async function open() {
  readColours();
  mixShades();
  controls();
  findings();
  if (facts.timeline && ops.n) await openTimeline();
  else if (facts.anomalies.length) choose(0, { show: false });
  await readOrders();
  showOrders();
}

async function openTimeline() {
  await readAll((share) => { $('loading').textContent = `Unpacking ${count(ops.n)} operations … ${Math.round(100 * share)} %`; });
  clock.unpacked = performance.now();
  measure();
  assignLanes();
  sortIntoLanes();
  sum();
  clock.sorted = performance.now();
  $('loading').remove();
  resize();
  fit();
  tellExtent(ops.n);
  overviewPointer();
  pointer();
  filters();
  searchField();
  new ResizeObserver(() => { resize(); forgetOverview(); plots.forEach((p) => p.setSize({ width: Math.max(260, p.root.parentElement.clientWidth), height: plotHeight })); redraw(); }).observe($('stage'));
  if (facts.anomalies.length) {
    $('jump').hidden = $('lit').hidden = false;
    choose(0, { show: false });
  }
  paint();
  clock.painted = performance.now();
  await pause();
  if (!facts.untimed) {
    makePlots();
    settled.add(() => followView(false));
    stalls();
  }
  addEventListener('hashchange', () => readAddress());
  readAddress(openedAt);
  clock.ready = performance.now();
}


// What tests and measurements ask for; nothing else is left in the window.
window.stressPage = {
  ready: open().then(() => { document.documentElement.dataset.ready = 'true'; }),
  clock, frames, view, seen, look, fit,
  ops: () => ops.n,
  box: (i) => { const b = box(lanes.laneOf[i], lanes.place[i]); return [b.x, b.y, b.w, b.h]; },
  paint: () => { const t = performance.now(); paint(); return performance.now() - t; },
};
