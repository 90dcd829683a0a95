// Mouse, touch and pen on the lanes.

/** under gives the operation at a point, or the nearest within a few pixels, or -1. */
function under(x, y) {
  const l = toLane(y);
  if (x < gutter() || y < axisHeight || l < 0 || l >= lanes.n) return -1;
  const t = toTime(x), reach = (view.to - view.from) / plotWidth() * 4;
  const low = lanes.start[l], high = lanes.start[l + 1];
  let best = -1, nearest = reach;
  for (let p = Math.max(low, after(lanes.end, t - reach, low, high) - 1); p < high && lanes.call[p] <= t + reach; p++) {
    if (!lanes.shown[p]) continue;
    const away = t < lanes.call[p] ? lanes.call[p] - t : t > lanes.end[p] ? t - lanes.end[p] : 0;
    if (away < nearest || away === 0) { best = lanes.op[p]; nearest = away; }
    if (away === 0) break;
  }
  return best;
}

let tipFor = -1;
async function hover(x, y) {
  const i = under(x, y), tip = $('tip');
  if (seen.hovered !== i) { seen.hovered = i; redraw(); }
  if (i < 0) { tip.hidden = true; tipFor = -1; return; }
  if (tipFor !== i) {
    tipFor = i;
    const { told, note } = await textOf(i);
    if (tipFor !== i) return;
    tip.replaceChildren(el('b', {}, `#${i} ${told}`), `\nclient ${ops.client[i]} · ${outcomes[ops.outcome(i)]} · ${took(i)}`,
      note ? `\n${note.split('\n')[0].slice(0, 200)}` : '');
  }
  tip.hidden = false;
  const left = clamp(x + 14, 4, size.width - tip.offsetWidth - 6), below = y + 18;
  tip.style.left = `${left}px`;
  tip.style.top = `${below + tip.offsetHeight > size.height && y > tip.offsetHeight + 12 ? y - tip.offsetHeight - 12 : below}px`;
}

const took = (i) => ops.end[i] === Infinity ? 'never returned' : duration(ops.end[i] - ops.call[i]);

function pointer() {
  const canvas = $('lanes'), held = new Map();
  let start = null, marking = null, moved = false;
  const at = (e) => { const r = canvas.getBoundingClientRect(); return { x: e.clientX - r.left, y: e.clientY - r.top }; };
  canvas.addEventListener('pointerdown', (e) => {
    canvas.setPointerCapture(e.pointerId);
    held.set(e.pointerId, at(e));
    moved = false;
    start = { ...at(e), from: view.from, to: view.to, top: view.top };
    marking = e.shiftKey ? start.x : null;
    if (held.size === 2) start.apart = apart(held);
  });
  canvas.addEventListener('pointermove', (e) => {
    const p = at(e);
    if (!held.has(e.pointerId)) return hover(p.x, p.y);
    held.set(e.pointerId, p);
    if (Math.abs(p.x - start.x) + Math.abs(p.y - start.y) > 4) moved = true;
    if (!moved) return;
    $('tip').hidden = true;
    cancelAnimationFrame(gliding);
    if (held.size === 2) return pinch(held, start);
    if (marking !== null) return mark(marking, p.x);
    canvas.classList.add('grabbed');
    const by = (start.x - p.x) / plotWidth() * (start.to - start.from);
    look(start.from + by, start.to + by);
    scrollLanes(start.top + start.y - p.y - view.top);
  });
  const release = (e) => {
    if (!held.delete(e.pointerId)) return;
    canvas.classList.remove('grabbed');
    const p = at(e);
    if (marking !== null && moved) {
      const [a, b] = [toTime(marking), toTime(p.x)].sort((x, y) => x - y);
      glide(a, b);
    } else if (!moved && e.type === 'pointerup') select(under(p.x, p.y));
    marking = null;
    marked = null;
    redraw();
  };
  canvas.addEventListener('pointerup', release);
  canvas.addEventListener('pointercancel', release);
  canvas.addEventListener('pointerleave', () => { $('tip').hidden = true; seen.hovered = tipFor = -1; redraw(); });
  canvas.addEventListener('dblclick', () => glide(extent.from, extent.to));
  canvas.addEventListener('wheel', (e) => {
    e.preventDefault();
    if (at(e).x < gutter()) return scrollLanes(e.deltaY);
    if (e.shiftKey || Math.abs(e.deltaX) > Math.abs(e.deltaY)) return pan((e.deltaX || e.deltaY) / plotWidth());
    zoom(1.0018 ** clamp(e.deltaMode ? e.deltaY * 30 : e.deltaY, -400, 400), toTime(at(e).x));
  }, { passive: false });
  $('scroll').addEventListener('scroll', () => { if (Math.abs($('scroll').scrollTop - view.top) > 1) { view.top = $('scroll').scrollTop; redraw(); } });
}

const apart = (held) => { const [a, b] = [...held.values()]; return Math.max(10, Math.abs(a.x - b.x)); };

/** pinch zooms with two fingers, about the middle between them. */
function pinch(held, start) {
  const [a, b] = [...held.values()], middle = (a.x + b.x) / 2, factor = (start.apart ?? apart(held)) / apart(held);
  start.apart ??= apart(held);
  const span = (start.to - start.from) * factor, t = start.from + (middle - gutter()) / plotWidth() * (start.to - start.from);
  const share = (middle - gutter()) / plotWidth();
  look(t - span * share, t + span * (1 - share));
}

let marked = null; // the part that is being chosen, px
function mark(a, b) {
  marked = [Math.min(a, b), Math.max(a, b)];
  redraw();
}
