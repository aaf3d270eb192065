// What the views of cells compute: differences over seeds, their intervals, and changed items.
'use strict';
(function () {
  const grid = palimpsest.data.grid;
  const items = palimpsest.data.items;
  const z95 = 1.959963984540054;
  const defined = (v) => typeof v === 'number' && Number.isFinite(v);

  const fixed = (v) => {
    if (!defined(v)) { return '–'; }
    const text = v.toFixed(3);
    return /^-0\.0*$/.test(text) ? text.slice(1) : text;
  };
  const signed = (v) => (defined(v) && v > 0 ? '+' + fixed(v) : fixed(v));
  const pValue = (p) => (p < 0.001 ? '< 0.001' : fixed(p));

  // Where both recipes have a seed: the mean of b - a, with a t interval as in the sections above.
  // Fewer than three seeds, or seeds that differ by less than the score resolves, carry none.
  function overSeeds(a, b, value, resolution) {
    if (a.r === b.r) { return { n: 0, why: 'both cells are of one recipe' }; }
    const values = (recipe) => new Map(grid.cells.filter((c) => c.r === recipe).map((c) => [c.s, value(c)]));
    const others = values(b.r);
    const d = Array.from(values(a.r).entries())
      .filter(([seed, v]) => defined(v) && defined(others.get(seed)))
      .map(([seed, v]) => others.get(seed) - v);
    const n = d.length;
    if (n === 0) { return { n: 0, why: 'the recipes share no seed' }; }
    const mean = d.reduce((s, v) => s + v, 0) / n;
    if (n < grid.seedsForIntervals) { return { n: n, mean: mean, why: 'too few seeds for an interval' }; }
    if (grid.stein) { return { n: n, mean: mean, why: 'the spread decided the number of seeds' }; }
    const sd = Math.sqrt(d.reduce((s, v) => s + (v - mean) * (v - mean), 0) / (n - 1));
    if (!(sd > resolution)) {
      return { n: n, mean: mean, why: 'the seeds differ by less than the score resolves' };
    }
    const half = grid.t[n - 1] * sd / Math.sqrt(n);
    return { n: n, mean: mean, low: mean - half, high: mean + half };
  }

  const seeds = (n) => n + (n === 1 ? ' seed' : ' seeds');

  function interval(x) {
    if (x.n === 0) { return '–'; }
    return signed(x.mean) + (x.low === undefined ? ' (' + seeds(x.n) + ')'
      : ' (' + fixed(x.low) + ' to ' + fixed(x.high) + ', ' + seeds(x.n) + ')');
  }

  // The exact p-value of McNemar's test: 2 P(Binomial(lost + gained, 1/2) <= the smaller), at most 1.
  function exactP(lost, gained) {
    const n = lost + gained;
    if (n === 0) { return 1; }
    let log = -n * Math.LN2;
    let sum = Math.exp(log);
    for (let k = 1; k <= Math.min(lost, gained); k++) {
      log += Math.log(n - k + 1) - Math.log(k);
      sum += Math.exp(log);
    }
    return Math.min(1, 2 * sum);
  }

  // The interval of a difference of two shares of the same n items, each pair of answers with half
  // an item more (Agresti and Min 2005, Statistics in Medicine 24:729).
  function itemInterval(lost, gained, n) {
    const b = lost + 0.5;
    const c = gained + 0.5;
    const all = n + 2;
    const half = z95 * Math.sqrt(b + c - (c - b) * (c - b) / all) / all;
    const middle = (c - b) / all;
    return { low: Math.max(-1, middle - half), high: Math.min(1, middle + half) };
  }

  const bytes = items ? items.bits.map(() => null) : [];
  function right(bits, place) {
    if (bytes[bits] === null) {
      bytes[bits] = Uint8Array.from(atob(items.bits[bits]), (c) => c.charCodeAt(0));
    }
    return (bytes[bits][place >> 3] >> (place & 7)) & 1;
  }

  // The items that are right by the first string of bits and wrong by the second, or the opposite.
  function flips(set, first, second) {
    const found = { lost: [], gained: [] };
    for (let i = 0; i < set.n; i++) {
      const was = right(first, i);
      const is = right(second, i);
      if (was !== is) { (was ? found.lost : found.gained).push(i); }
    }
    return found;
  }

  palimpsest.compare = { defined: defined, fixed: fixed, signed: signed, pValue: pValue,
    overSeeds: overSeeds, interval: interval, exactP: exactP, itemInterval: itemInterval, flips: flips };
})();
