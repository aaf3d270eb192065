// A view of one cell, at #cell=ID, and of two next to each other, at #compare=ID,ID. All that comes
// from names and data is put into the page as text.
'use strict';
(function () {
  const grid = palimpsest.data.grid;
  const items = palimpsest.data.items;
  const view = document.getElementById('cell-view');
  if (!grid || !view) { return; }
  const c = palimpsest.compare;
  const most = 50;
  const byId = new Map(grid.cells.map((cell) => [cell.id, cell]));
  const recipe = (cell) => grid.recipes[cell.r];
  const named = (cell) => recipe(cell).label + ', seed ' + cell.s;
  const link = (cell) => '#cell=' + encodeURIComponent(cell.id);
  const pair = (a, b) => '#compare=' + encodeURIComponent(a.id) + ',' + encodeURIComponent(b.id);
  const direction = (higher) => (higher ? 'higher is better' : 'lower is better');
  const unit = (x) => x.unit + '; ' + direction(x.higher);
  const changed = (x) => x.unit + (x.higher ? '; above 0 is better' : '; below 0 is better');

  function el(tag, attributes, ...children) {
    const e = palimpsest.element(tag, attributes || {});
    e.append(...children.flat(3));
    return e;
  }

  // heads are texts, or a text with a unit; the first cell of a row names it
  function table(caption, heads, rows, kind) {
    const head = (h) => el('th', { scope: 'col', class: Array.isArray(h) ? 'n' : '' },
      Array.isArray(h) ? (h[1] ? [h[0], el('span', { class: 'unit' }, h[1])] : h[0]) : h);
    const line = (row) => el('tr', {}, row.map((v, i) => (i === 0 ? el('th', { scope: 'row' }, v)
      : v instanceof HTMLElement && v.tagName === 'TD' ? v
        : el('td', { class: Array.isArray(heads[i]) ? 'n' : '' }, v))));
    const t = el('table', {}, el('caption', {}, caption), el('thead', {}, el('tr', {}, heads.map(head))),
      el('tbody', {}, rows.map(line)));
    return el('div', kind === 'map' ? { class: 'map', tabindex: '0', role: 'group', 'aria-label': caption }
      : { class: rows.length > 20 ? 'scroll tall' : 'scroll', tabindex: '0', role: 'group',
        'aria-label': caption }, t);
  }

  function judged(d, higher) {
    if (!c.defined(d) || d === 0) { return c.fixed(d); }
    const better = d > 0 === higher;
    return [c.signed(d), el('span', { class: better ? 'good' : 'bad' }, better ? ' better' : ' worse')];
  }

  const moments = ['before'].concat(grid.tasks.map((t) => 'after ' + t));
  const score = { unit: grid.unit, higher: grid.higher };

  function matrix(cell, title) {
    const rows = moments.map((m, t) => [m].concat((cell.m[t] || []).map((v, i) =>
      el('td', { class: i + 1 === t ? 'n diagonal' : 'n' }, c.fixed(v)))));
    return table(title + ' (' + unit(score) + ')', ['moment'].concat(grid.tasks.map((t) => [t, ''])), rows, 'map');
  }

  function sets(cells, title) {
    if (grid.sets.length === 0) { return []; }
    const heads = ['set'].concat(cells.length > 1 ? ['cell'] : [], moments.map((m) => [m, '']),
      [['change', '']], 'measure');
    const rows = grid.sets.flatMap((s, k) => cells.map((cell) => {
      const own = cell.e[k] || [];
      const d = own.length > 1 && c.defined(own[0]) ? own[own.length - 1] - own[0] : NaN;
      return [s.name].concat(cells.length > 1 ? [cell.id] : [],
        moments.map((m, i) => c.fixed(own[i])), [el('td', { class: 'n' }, judged(d, s.higher))],
        s.measure + ' (' + unit(s) + ')');
    }));
    return [table(title, heads, rows)];
  }

  let figures = 0;
  function figure(title, words, spec) {
    const id = 'view-figure-' + ++figures;
    const chart = el('div', { class: 'chart', 'data-figure': id, role: 'img',
      'aria-labelledby': id + '-title ' + id + '-alt' });
    const made = el('figure', { 'aria-labelledby': id + '-title' },
      el('figcaption', { id: id + '-title' }, title), el('p', { class: 'alt', id: id + '-alt' }, words), chart);
    return { element: made, draw: () => palimpsest.chart(chart, spec) };
  }

  function curves(cells) {
    const several = cells.length > 1;
    return figure('The score of each task over the training',
      (several ? 'Solid lines: cell ' + cells[0].id + '; dashed lines: cell ' + cells[1].id + '. ' : '')
        + 'One colour for each task; the numbers are in the score matri' + (several ? 'ces' : 'x') + '.',
      { kind: 'lines', x: 'moment', y: 'score (' + unit(score) + ')', categories: moments,
        series: grid.tasks.flatMap((task, i) => cells.map((cell, k) => ({
          name: several ? task + ', ' + 'AB'[k] : task, colour: i, dash: k,
          values: moments.map((m, t) => (cell.m[t] || [])[i] ?? null) }))) });
  }

  function itemList(set, places, title) {
    if (places.length === 0) { return []; }
    const rows = places.slice(0, most).map((i) => {
      const text = set.texts[i];
      return text ? [text[0], text[1], text[2]] : [set.name + ', item ' + i, '–', '–'];
    });
    const beyond = places.length > most ? ' (the first ' + most + ' of ' + places.length + ')' : '';
    return [el('details', { class: 'examples' }, el('summary', {}, title + ': ' + places.length),
      table(title + beyond, ['item', 'text', 'right answer'], rows))];
  }

  // which: the two strings of bits to compare, of a set
  function changedItems(heading, words, lost, gained, which) {
    if (!items || items.sets.length === 0) { return []; }
    const found = items.sets.map((set, k) => ({ set: set, bits: which(k) })).filter((x) => x.bits)
      .map((x) => Object.assign(x, c.flips(x.set, x.bits[0], x.bits[1])));
    if (found.length === 0) {
      return [el('h3', {}, heading), el('p', {}, items.left > 0
        ? 'The items of ' + items.left + ' cells are not part of this file, which would be too large.'
        : 'These cells have no items that are right or wrong.')];
    }
    const rows = found.map((x) => {
      const n = x.set.n;
      const range = c.itemInterval(x.lost.length, x.gained.length, n);
      return [x.set.name, '' + n, '' + x.lost.length, '' + x.gained.length,
        c.signed((x.gained.length - x.lost.length) / n),
        x.set.equal ? c.fixed(range.low) + ' to ' + c.fixed(range.high) : '–',
        c.pValue(c.exactP(x.lost.length, x.gained.length))];
    });
    return [el('h3', {}, heading), el('p', { class: 'note' }, words
      + ' The interval (Agresti and Min 2005) and the p-value (McNemar\u2019s exact test, not adjusted,'
      + ' exploratory) are of these trained models alone, and say nothing about other seeds.'
      + (items.textsLeft > 0 ? ' The texts of ' + items.textsLeft + ' items are not part of this file.' : '')),
      table(heading, ['set', ['items', ''], [lost, 'items'], [gained, 'items'],
        ['difference', 'share; above 0 is better'], ['95 % interval', 'share; above 0 is better'], ['p', '']], rows)]
      .concat(found.flatMap((x) => itemList(x.set, x.lost, x.set.name + ', ' + lost)
        .concat(itemList(x.set, x.gained, x.set.name + ', ' + gained))));
  }

  function copyable(name, id, text) {
    return el('div', {}, name + ' ', el('button', { type: 'button', class: 'button', 'data-copy': id,
      'aria-label': 'Copy the ' + name.toLowerCase() }, 'Copy'), el('pre', {}, el('code', { id: id }, text)));
  }

  const options = el('datalist', { id: 'cell-options' },
    grid.cells.map((cell) => el('option', { value: cell.id }, named(cell))));

  function chooser(cell, other) {
    const input = el('input', { type: 'search', id: 'compare-with', list: 'cell-options', autocomplete: 'off',
      placeholder: 'id of another cell' });
    const form = el('form', { class: 'tools' }, el('label', { for: 'compare-with' }, other
      ? 'Compare ' + cell.id + ' with another cell' : 'Compare with another cell'), input,
      el('button', { type: 'submit', class: 'button' }, 'Compare'));
    form.addEventListener('submit', (e) => {
      e.preventDefault();
      location.hash = '#compare=' + encodeURIComponent(cell.id) + ',' + encodeURIComponent(input.value.trim());
    });
    return [form, options];
  }

  function near(cell) {
    const some = (title, cells) => (cells.length === 0 ? [] : [el('p', {}, title, cells.slice(0, 6)
      .flatMap((o, i) => [i ? '; ' : '', el('a', { href: pair(cell, o) }, named(o))]),
    cells.length > 6 ? '; and ' + (cells.length - 6) + ' more' : '')]);
    return some('Compare with the same seed of: ', grid.cells.filter((o) => o.s === cell.s && o.r !== cell.r))
      .concat(some('Compare with the same recipe: ', grid.cells.filter((o) => o.r === cell.r && o !== cell)));
  }

  function settings(cell) {
    return Object.assign({ seed: '' + cell.s }, recipe(cell).levels, recipe(cell).settings, cell.i);
  }

  function one(cell) {
    const chart = curves([cell]);
    const outcomes = grid.outcomes.map((o, k) => [o.name, c.fixed(cell.o[k]), unit(o)])
      .concat([['time', c.defined(cell.w) ? cell.w.toFixed(1) : '–', 's; lower is better'],
        ['peak memory', c.defined(cell.p) ? cell.p.toFixed(0) : '–', 'MB; lower is better']]);
    const command = grid.command ? grid.command[0] + cell.id + grid.command[1] + cell.id : '';
    return { title: 'Cell ' + cell.id, draw: [chart], content: [
      el('p', { class: 'lead' }, named(cell)), chooser(cell), near(cell),
      table('Outcomes of this cell', ['outcome', ['value', ''], 'unit'], outcomes),
      el('div', { class: 'maps' }, matrix(cell, 'Score matrix of ' + cell.id)), chart.element,
      sets([cell], 'Scores of sets that are never trained on'),
      changedItems('Items lost and gained in this cell',
        'Lost: right before the first task and wrong after the last one.', 'lost', 'gained',
        (k) => (cell.b && cell.b[k] ? cell.b[k] : null)),
      table('Settings of this cell', ['setting', 'value'], Object.entries(settings(cell))),
      copyable('Recipe', 'view-recipe', recipe(cell).recipe),
      command ? copyable('Command', 'view-command', command) : []] };
  }

  function two(a, b) {
    const chart = curves([a, b]);
    const mine = settings(a);
    const others = settings(b);
    const names = Array.from(new Set(Object.keys(mine).concat(Object.keys(others))));
    const differ = names.filter((n) => mine[n] !== others[n])
      .map((n) => [n, mine[n] === undefined ? '–' : mine[n], others[n] === undefined ? '–' : others[n]]);
    const why = new Set();
    const overSeeds = (value, resolution) => {
      const x = c.overSeeds(a, b, value, resolution);
      if (x.why) { why.add(x.why); }
      return x;
    };
    const outcomes = grid.outcomes.map((o, k) => {
      const d = c.defined(a.o[k]) && c.defined(b.o[k]) ? b.o[k] - a.o[k] : NaN;
      return [o.name + ' (' + unit(o) + ')', c.fixed(a.o[k]), c.fixed(b.o[k]),
        el('td', { class: 'n' }, judged(d, o.higher)),
        c.interval(overSeeds((x) => x.o[k], o.resolution))];
    });
    const differences = moments.map((m, t) => [m].concat(grid.tasks.map((task, i) => {
      const value = (x) => (x.m[t] || [])[i];
      const d = c.defined(value(a)) && c.defined(value(b)) ? value(b) - value(a) : NaN;
      const x = overSeeds(value, grid.resolution);
      return el('td', { class: i + 1 === t ? 'n diagonal' : 'n' }, judged(d, grid.higher),
        x.low === undefined ? [] : [el('br'), el('span', { class: 'unit' }, c.interval(x))]);
    })));
    return { title: 'Cells ' + a.id + ' and ' + b.id, draw: [chart], content: [
      el('p', { class: 'lead' }, 'A: ', el('a', { href: link(a) }, a.id), ' (' + named(a) + '); B: ',
        el('a', { href: link(b) }, b.id), ' (' + named(b) + '). ', el('a', { href: pair(b, a) }, 'Swap A and B')),
      chooser(a, true),
      differ.length ? table('Settings that differ', ['setting', 'A', 'B'], differ)
        : el('p', {}, 'These are one cell: no setting differs.'),
      el('p', { class: 'note' }, 'Differences are B minus A. A range in brackets is the 95 % interval of the mean'
        + ' difference of the two recipes, over the seeds that both have: exploratory, and not adjusted.'
        + (why.size ? ' Where there is none: ' + Array.from(why).join('; ') + '.' : '')),
      table('Outcomes', ['outcome', ['A', ''], ['B', ''], ['B − A', ''], ['mean over seeds', '95 % interval']], outcomes),
      el('div', { class: 'maps' }, matrix(a, 'A: score matrix of ' + a.id), matrix(b, 'B: score matrix of ' + b.id),
        table('B − A (' + changed(score) + ')', ['moment'].concat(grid.tasks.map((t) => [t, ''])), differences, 'map')),
      chart.element, sets([a, b], 'Scores of sets that are never trained on'),
      changedItems('Items on which the two cells differ',
        'After the last task. Lost: A is right and B is wrong; gained: the opposite.', 'lost', 'gained',
        (k) => (a.b && b.b && a.b[k] && b.b[k] ? [a.b[k][1], b.b[k][1]] : null))] };
  }

  const unknown = (ids) => ({ title: 'No such cell', draw: [], content: [el('p', { role: 'alert' },
    'This report has no cell ' + ids.map((i) => '“' + i + '”').join(' and no cell ') + '. It has '
    + grid.cells.length + ' cells; the table of cells lists their ids.')] });

  const decoded = (text) => { try { return decodeURIComponent(text); } catch (e) { return text; } };

  function content() {
    const asked = /^#(cell|compare)=(.*)$/.exec(location.hash);
    if (!asked) { return null; }
    const ids = asked[1] === 'cell' ? [decoded(asked[2])] : asked[2].split(',').map(decoded);
    const wrong = ids.filter((id) => !byId.has(id));
    if (wrong.length) { return unknown(wrong); }
    if (asked[1] === 'cell') { return one(byId.get(ids[0])); }
    return ids.length === 2 ? two(byId.get(ids[0]), byId.get(ids[1]))
      : { title: 'No comparison', draw: [], content: [el('p', { role: 'alert' },
        'A comparison needs two cells, as in #compare=ID,ID; here are ' + ids.length + '.')] };
  }

  function show() {
    view.querySelectorAll('.chart').forEach((chart) => palimpsest.remove(chart));
    if (settling) { settling(); }
    const made = content();
    view.hidden = !made;
    if (!made) {
      view.replaceChildren();
      const target = document.getElementById(decoded(location.hash.slice(1)));
      if (target) { target.scrollIntoView(); } // the view above it has gone
      return;
    }
    const title = el('h2', { id: 'cell-view-title', tabindex: '-1' }, made.title);
    view.replaceChildren(el('section', { 'aria-labelledby': 'cell-view-title' }, title,
      el('div', { class: 'tools' }, copyLink(), el('a', { href: '#cells' }, 'Close and go to the cells')),
      made.content));
    made.draw.forEach((figure) => figure.draw());
    title.focus({ preventScroll: true });
    keepInView();
  }

  // charts above may be laid out after the view, which moves it: it stays at the top until the reader acts
  let settling = null;
  const acts = ['wheel', 'touchstart', 'keydown', 'mousedown'];
  function keepInView() {
    const align = () => view.scrollIntoView({ block: 'start', behavior: 'instant' });
    const moved = new ResizeObserver(align);
    const stop = () => {
      moved.disconnect();
      acts.forEach((act) => window.removeEventListener(act, stop, true));
      settling = null;
    };
    settling = stop;
    acts.forEach((act) => window.addEventListener(act, stop, true));
    moved.observe(document.body);
    align();
  }

  function copyLink() {
    return el('span', {}, el('button', { type: 'button', class: 'button', 'data-copy': 'view-link',
      'aria-label': 'Copy the link to this view' }, 'Copy the link'),
    el('code', { id: 'view-link', class: 'visually-hidden' }, location.href));
  }

  window.addEventListener('hashchange', show);
  show();
})();
