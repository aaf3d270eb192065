// Draws the charts from the page's data, and makes its tables sort and filter. No network, no state.
'use strict';
(function () {
  const data = JSON.parse(document.getElementById('data').textContent);
  const root = document.documentElement;
  const drawn = new Map();
  const symbols = ['circle', 'rect', 'triangle', 'diamond',
    'path://M0,-10L3,-3L10,0L3,3L0,10L-3,3L-10,0L-3,-3Z', 'path://M-4,-10h8v6h6v8h-6v6h-8v-6h-6v-8h6Z',
    'path://M-10,-8L10,-8L0,10Z', 'roundRect'];
  const dashes = ['solid', 'dashed', 'dotted', [8, 3, 2, 3]];

  const css = (name) => getComputedStyle(root).getPropertyValue(name).trim();
  const palette = () => [1, 2, 3, 4, 5, 6, 7, 8].map((i) => css('--c' + i));
  const number = (v) => (v === null || v === undefined || Number.isNaN(v) ? '–'
    : Math.abs(v) >= 1000 ? Math.round(v).toLocaleString('en-GB') : v.toPrecision(3));
  const escaped = (text) => String(text).replace(/[&<>"']/g, (c) => '&#' + c.charCodeAt(0) + ';');
  const short = (text, most) => (text.length > most ? text.slice(0, most - 1) + '…' : text);

  function base() {
    const ink = css('--ink');
    return {
      animation: false,
      color: palette(),
      textStyle: { color: ink, fontFamily: getComputedStyle(document.body).fontFamily },
      tooltip: { confine: true, backgroundColor: css('--paper'), borderColor: css('--line'),
        textStyle: { color: ink, fontSize: 12 } },
    };
  }

  function axis(name, more) {
    return Object.assign({
      name: name, nameLocation: 'middle', nameGap: 30,
      nameTextStyle: { color: css('--soft') },
      axisLabel: { color: css('--soft') },
      axisLine: { lineStyle: { color: css('--soft') } },
      splitLine: { lineStyle: { color: css('--line') } },
    }, more);
  }

  // few names stand one below the other, so that all of them can be read and printed
  function legend(names, more) {
    const few = names.length <= 8;
    const option = Object.assign({ bottom: 0, left: 20, data: names,
      textStyle: { color: css('--ink'), fontSize: 11 }, pageTextStyle: { color: css('--ink') },
      orient: few ? 'vertical' : 'horizontal', type: few ? 'plain' : 'scroll', itemGap: 5 }, more);
    return { option: option, room: few ? 19 * names.length + 8 : 30 };
  }

  // intervals, one a row: claimed ones filled, all others hollow; a mark alone where there is none
  function forest(spec, width) {
    const rows = spec.rows.slice().reverse();
    const bounded = (r) => r.low !== undefined;
    const wide = Math.min(0.45 * width, 26 + 7 * Math.max(...rows.map((r) => r.label.length)));
    return {
      height: 74 + 27 * rows.length,
      option: {
        grid: { left: wide, right: 24, top: 12, bottom: 48 },
        xAxis: axis(spec.x, { type: 'value', splitNumber: 4,
          axisLabel: { color: css('--soft'), hideOverlap: true } }),
        yAxis: { type: 'category', data: rows.map((r) => r.label), axisTick: { show: false },
          axisLine: { show: false },
          axisLabel: { color: css('--ink'), width: wide - 14, overflow: 'truncate' } },
        tooltip: { trigger: 'item', formatter: (p) => {
          const r = rows[p.dataIndex];
          const range = bounded(r) ? '95 % ' + number(r.low) + ' to ' + number(r.high)
            : 'the seeds carry no interval';
          return escaped(r.label) + '<br><b>' + number(r.estimate) + '</b> (' + range + ')';
        } },
        series: [{
          type: 'custom', clip: true,
          data: rows.map((r, i) => [bounded(r) ? r.low : r.estimate,
            bounded(r) ? r.high : r.estimate, r.estimate, i]),
          encode: { x: [0, 1, 2], y: 3 },
          renderItem: (params, api) => {
            const y = api.coord([0, api.value(3)])[1];
            const at = (v) => api.coord([v, 0])[0];
            const clear = rows[params.dataIndex].clear;
            const colour = clear ? css('--c1') : css('--soft');
            const bar = (x) => ({ type: 'line', shape: { x1: x, y1: y - 5, x2: x, y2: y + 5 },
              style: { stroke: colour, lineWidth: 2 } });
            const range = bounded(rows[params.dataIndex]) ? [
              { type: 'line', shape: { x1: at(api.value(0)), y1: y, x2: at(api.value(1)), y2: y },
                style: { stroke: colour, lineWidth: 2 } },
              bar(at(api.value(0))), bar(at(api.value(1))),
            ] : [];
            return { type: 'group', children: range.concat([
              { type: 'circle', shape: { cx: at(api.value(2)), cy: y, r: 5.5 },
                style: { fill: clear ? colour : css('--paper'), stroke: colour, lineWidth: 2 } },
            ]) };
          },
          markLine: { silent: true, symbol: 'none', label: { show: false },
            lineStyle: { color: css('--ink'), type: 'solid', width: 1 }, data: [{ xAxis: 0 }] },
        }],
      },
    };
  }

  // means by level of one axis, a line for each level of the other
  function lines(spec, width) {
    const names = legend(spec.series.map((s) => s.name));
    const letters = Math.max(4, Math.floor((width - 88) / spec.categories.length / 6.5));
    return {
      height: 280 + names.room,
      option: {
        legend: names.option,
        grid: { left: 64, right: 24, top: 16, bottom: 50 + names.room },
        xAxis: axis(spec.x, { type: 'category', data: spec.categories, boundaryGap: true,
          axisLabel: { color: css('--soft'), interval: 0, formatter: (t) => short(t, letters) } }),
        yAxis: axis(spec.y, { type: 'value', scale: true, nameGap: 46 }),
        tooltip: { trigger: 'axis', valueFormatter: number },
        series: spec.series.map((s, i) => ({
          type: 'line', name: s.name, data: s.values, symbol: symbols[i % 8], symbolSize: 9,
          lineStyle: { type: dashes[i % 4], width: 2 },
        })),
      },
    };
  }

  function curves(spec) {
    const names = legend(spec.series.map((s) => s.name),
      { selected: Object.fromEntries(spec.series.map((s, i) => [s.name, i < 8])) });
    return {
      height: 370 + names.room,
      option: {
        legend: names.option,
        grid: { left: 78, right: 24, top: 30, bottom: 54 + names.room },
        xAxis: axis(spec.x, { type: 'value', max: spec.end }),
        yAxis: axis(spec.y, { type: spec.log ? 'log' : 'value', nameGap: 58,
          axisLabel: { color: css('--soft'), formatter: number } }),
        tooltip: { trigger: 'axis', valueFormatter: number },
        series: spec.series.map((s, i) => ({
          type: 'line', name: s.name, data: s.points, showSymbol: false, symbol: symbols[i % 8],
          lineStyle: { type: dashes[Math.floor(i / 8) % 4], width: 1.8 },
          markLine: i > 0 ? undefined : { silent: true, symbol: 'none',
            lineStyle: { color: css('--soft'), type: 'dashed' },
            label: { color: css('--soft'), position: 'end', distance: 4, align: 'left',
              formatter: (p) => short(p.name, 20) },
            data: spec.marks.map((m) => ({ name: m.label, xAxis: m.x })) },
        })),
      },
    };
  }

  // forgetting over the loss of the new task: a line for each recipe, a thin one for each seed
  function learnforget(spec) {
    const names = legend(spec.series.map((s) => s.name),
      { selected: Object.fromEntries(spec.series.map((s, i) => [s.name, i < 8])) });
    const colours = palette();
    const seed = (s, i) => (points) => ({
      type: 'line', name: s.name, data: points, showSymbol: false, silent: true, z: 1,
      lineStyle: { color: colours[i % 8], width: 1, opacity: 0.35 }, tooltip: { show: false },
    });
    const mean = (s, i) => ({
      type: 'line', name: s.name, data: s.points, symbol: symbols[i % 8], symbolSize: 8, z: 2,
      itemStyle: { color: colours[i % 8] },
      lineStyle: { color: colours[i % 8], type: dashes[Math.floor(i / 8) % 4], width: 2 },
    });
    return {
      height: 400 + names.room,
      option: {
        legend: names.option,
        grid: { left: 78, right: 30, top: 18, bottom: 54 + names.room },
        xAxis: axis(spec.x, { type: spec.log ? 'log' : 'value', inverse: true,
          min: 'dataMin', max: 'dataMax',
          axisLabel: { color: css('--soft'), formatter: number, hideOverlap: true } }),
        yAxis: axis(spec.y, { type: 'value', scale: true, nameGap: 58,
          axisLine: { show: true, lineStyle: { color: css('--soft') } },
          axisLabel: { color: css('--soft'), formatter: number } }),
        tooltip: { trigger: 'item', formatter: (p) => '<b>' + escaped(p.seriesName) + '</b><br>'
          + 'loss ' + number(p.value[0]) + '<br>' + escaped(spec.y) + ' ' + number(p.value[1]) },
        series: spec.series.flatMap((s, i) => [mean(s, i)].concat(s.seeds.map(seed(s, i)))),
      },
    };
  }

  // a point for each name; filled where it is marked
  function scatter(spec) {
    const most = Math.max(...spec.points.map((p) => p.size || 0), 1e-9);
    const groups = spec.groups || spec.points.map((p) => p.name);
    const few = groups.length <= 8;
    const names = legend(groups);
    const colour = (i) => palette()[i % 8];
    return {
      height: 380 + (few ? names.room : 0),
      option: {
        legend: few ? names.option : { show: false },
        grid: { left: 68, right: 30, top: 18, bottom: 54 + (few ? names.room : 0) },
        xAxis: axis(spec.x, { type: 'value', scale: true,
          axisLabel: { color: css('--soft'), formatter: number, hideOverlap: true } }),
        yAxis: axis(spec.y, { type: 'value', scale: true, nameGap: 52,
          axisLabel: { color: css('--soft'), formatter: number } }),
        tooltip: { trigger: 'item', formatter: (p) => '<b>' + escaped(p.name) + '</b><br>'
          + escaped(spec.x) + ' ' + number(p.value[0]) + '<br>' + escaped(spec.y) + ' '
          + number(p.value[1]) + (p.value[2] ? '<br>' + escaped(spec.size) + ' ' + number(p.value[2]) : '') },
        series: groups.map((g, i) => ({
          type: 'scatter', name: g, symbol: symbols[few ? i % 8 : 0],
          itemStyle: { color: few ? colour(i) : css('--c1') },
          data: spec.points.filter((p) => (spec.groups ? p.group : p.name) === g).map((p) => ({
            name: p.name, value: [p.x, p.y, p.size],
            symbolSize: p.size ? 10 + 20 * Math.sqrt(p.size / most) : 11,
            itemStyle: p.mark === false
              ? { color: css('--paper'), borderColor: few ? colour(i) : css('--c1'), borderWidth: 2.5 }
              : { color: few ? colour(i) : css('--c1'), borderColor: css('--paper'), borderWidth: 1 },
          })),
        })),
      },
    };
  }

  const kinds = { forest: forest, lines: lines, curves: curves, scatter: scatter,
    learnforget: learnforget };

  function draw(element) {
    const spec = data.figures[element.dataset.figure];
    const made = kinds[spec.kind](spec, element.clientWidth);
    element.style.height = made.height + 'px';
    let chart = drawn.get(element);
    if (!chart) {
      chart = echarts.init(element, null, { renderer: 'svg' });
      drawn.set(element, chart);
    }
    const common = base();
    const option = Object.assign({}, common, made.option);
    option.tooltip = Object.assign({}, common.tooltip, made.option.tooltip);
    chart.setOption(option, true);
    // the figure's text alternative says it all; the drawing itself is decoration to a reader
    element.firstElementChild.setAttribute('aria-hidden', 'true');
  }

  let charts = Array.from(document.querySelectorAll('.chart'));
  charts.forEach((c) => { c.style.height = kinds[data.figures[c.dataset.figure].kind](data.figures[c.dataset.figure], 900).height + 'px'; });
  const seen = new IntersectionObserver((entries) => entries.forEach((e) => {
    if (e.isIntersecting) { seen.unobserve(e.target); draw(e.target); }
  }), { rootMargin: '400px' });
  charts.forEach((c) => seen.observe(c));
  const drawAll = () => charts.forEach((c) => { seen.unobserve(c); draw(c); });
  const redraw = () => Array.from(drawn.keys()).forEach(draw);
  window.addEventListener('resize', () => drawn.forEach((c) => c.resize()));
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', redraw);
  const printing = matchMedia('print');
  printing.addEventListener('change', () => { drawAll(); drawn.forEach((c) => c.resize()); });
  window.addEventListener('beforeprint', drawAll);
  // a live page has other charts, or the same with other numbers
  const renew = (figures) => {
    data.figures = figures;
    drawn.forEach((chart, element) => {
      if (!element.isConnected) { chart.dispose(); drawn.delete(element); }
    });
    charts = Array.from(document.querySelectorAll('.chart'));
    drawAll();
  };
  window.palimpsest = { drawAll: drawAll, renew: renew };

  document.querySelectorAll('[data-theme-choice]').forEach((b) => b.addEventListener('click', () => {
    const dark = root.dataset.theme ? root.dataset.theme === 'dark'
      : matchMedia('(prefers-color-scheme: dark)').matches;
    root.dataset.theme = dark ? 'light' : 'dark';
    redraw();
  }));

  document.querySelectorAll('table[data-sortable]').forEach((table) => {
    const body = table.tBodies[0];
    const rows = Array.from(body.rows);
    const value = (row, i) => {
      const cell = row.cells[i];
      return cell.dataset.value !== undefined ? cell.dataset.value : cell.textContent;
    };
    Array.from(table.tHead.rows[0].cells).forEach((head, i) => {
      head.querySelector('button').addEventListener('click', () => {
        const up = head.getAttribute('aria-sort') !== 'ascending';
        Array.from(table.tHead.rows[0].cells).forEach((h) => h.removeAttribute('aria-sort'));
        head.setAttribute('aria-sort', up ? 'ascending' : 'descending');
        const numeric = head.classList.contains('n');
        const order = (a, b) => {
          const x = value(a, i);
          const y = value(b, i);
          if (!numeric) { return x.localeCompare(y, 'en') * (up ? 1 : -1); }
          const p = x === '' ? NaN : Number(x);
          const q = y === '' ? NaN : Number(y);
          if (Number.isNaN(p) || Number.isNaN(q)) { return Number.isNaN(p) - Number.isNaN(q); }
          return (p - q) * (up ? 1 : -1);
        };
        rows.sort(order).forEach((r) => body.appendChild(r));
      });
    });
    const filter = document.querySelector('[data-filters="' + table.id + '"]');
    const count = document.getElementById(table.id + '-count');
    if (filter) {
      filter.addEventListener('input', () => {
        const words = filter.value.toLowerCase().split(/\s+/).filter((w) => w);
        let shown = 0;
        rows.forEach((r) => {
          const text = r.textContent.toLowerCase();
          r.hidden = !words.every((w) => text.includes(w));
          shown += r.hidden ? 0 : 1;
        });
        count.textContent = shown + ' of ' + rows.length + ' shown';
      });
    }
  });

  document.querySelectorAll('[data-copy]').forEach((button) => button.addEventListener('click', () => {
    const text = document.getElementById(button.dataset.copy).textContent;
    const name = button.getAttribute('aria-label');
    const done = () => {
      button.textContent = 'Copied';
      button.setAttribute('aria-label', 'Copied');
      setTimeout(() => { button.textContent = 'Copy'; button.setAttribute('aria-label', name); }, 1500);
    };
    const select = () => {
      const range = document.createRange();
      range.selectNodeContents(document.getElementById(button.dataset.copy));
      getSelection().removeAllRanges();
      getSelection().addRange(range);
      document.execCommand('copy');
      done();
    };
    if (navigator.clipboard) { navigator.clipboard.writeText(text).then(done, select); } else { select(); }
  }));

  document.querySelectorAll('[data-open-all]').forEach((button) => button.addEventListener('click', () => {
    const all = document.querySelectorAll('#' + button.dataset.openAll + ' > details');
    const open = button.getAttribute('aria-expanded') !== 'true';
    all.forEach((d) => { d.open = open; });
    button.setAttribute('aria-expanded', String(open));
    button.textContent = open ? 'Close all' : 'Open all';
  }));
})();
