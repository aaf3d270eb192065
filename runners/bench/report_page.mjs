/* The HTML report in Chromium: accessibility, and how fast a page of many cells is.

    npm install --prefix DIR axe-core puppeteer-core
    node report_page.mjs make FOLDER [--recipes 400] [--seeds 5]
    palimpsest report FOLDER --out report.html
    node report_page.mjs axe report.html --modules DIR
    node report_page.mjs speed report.html --modules DIR

`make` writes an output folder by hand: made-up cells of recipes with an optimizer and a strategy, with
tasks in nats (lower is better), a set in accuracy (higher is better) and its items. `axe` runs axe-core on
the overview with everything opened, on a cell and on a comparison, in light and dark, 1280 and 390 pixels
wide; it prints the violations and ends with 1 if there is one. `speed` prints the size of the file and the
times in Chromium until the first paint, of a filter, a sort and the view of a cell, each until the frame
after it. The browser is /usr/bin/chromium, or --chromium PATH. Written without a test: it needs packages of npm. */

import fs from 'node:fs';
import path from 'node:path';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';

const [command, target, ...rest] = process.argv.slice(2);
const option = (name, otherwise) => {
  const at = rest.indexOf('--' + name);
  return at < 0 ? otherwise : rest[at + 1];
};

// ---- make

const write = (file, value) => {
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.writeFileSync(file, typeof value === 'string' ? value : JSON.stringify(value));
};

function random(seed) {
  let s = seed >>> 0;
  return () => {
    s = (Math.imul(s, 1664525) + 1013904223) >>> 0;
    return s / 4294967296;
  };
}

function make(folder, recipes, seeds) {
  const side = Math.ceil(Math.sqrt(recipes));
  const tasks = ['facts', 'letters', 'sums'];
  const questions = 200;
  const steps = 60;
  const plan = { experiment: 'many-cells', cells: [], excluded: [], metrics: [
    { name: 'average-score', higher_is_better: false }, { name: 'forgetting', higher_is_better: false }] };
  write(path.join(folder, 'experiment.json'), { name: 'many-cells', shared: { model: 'none', 'training.batch': '8' } });
  write(path.join(folder, 'origin.json'), { file: 'many.yaml', directory: 'there', set: {}, options: [] });
  let number = 0;
  for (let r = 0; r < recipes; r++) {
    const optimizer = `sgd(lr=${(0.01 * (1 + Math.floor(r / side))).toFixed(2)})`;
    const strategy = r % side === 0 ? 'none' : `ewc(lambda=${r % side})`;
    const label = strategy === 'none' ? optimizer : `${optimizer} + ${strategy}`;
    for (let seed = 1; seed <= seeds; seed++) {
      const id = (0xabcd0000 + number++).toString(16).padStart(16, '0');
      const draw = random(number * 7919);
      plan.cells.push({ id, label, recipe: label, seed, levels: { optimizer, strategy } });
      const lost = 1.5 / (1 + (r % side)) + 0.1 * draw();
      const after = tasks.map((_, t) => tasks.map((__, i) => (i > t ? 3 : 0.3 + lost * (t - i) + 0.02 * draw())));
      const last = after[tasks.length - 1];
      const forgetting = (last[0] - after[0][0] + last[1] - after[1][1]) / 2;
      const answers = (share) => Array.from({ length: questions }, (_, i) =>
        (random(i * 31 + (share < 0 ? 7 : number))() < Math.abs(share) ? 1 : 0));
      const rows = [-0.4, 0.45, 0.5, 0.5 + 0.3 * draw()].map((share, t) => {
        const each = answers(share);
        const quiz = { value: each.reduce((a, b) => a + b, 0) / questions, per_example: each };
        return { quiz: t === 0 ? { ...quiz, weights: each.map(() => 1) } : quiz };
      });
      write(path.join(folder, 'cells', id, 'result.json'), {
        format: 1, id, experiment: 'many-cells', label, recipe: label, seed, measure: 'nats-per-token',
        higher_is_better: false, tasks, steps: tasks.map(() => steps), scores: { before: [3, 3, 3], after },
        kept: { quiz: { measure: 'accuracy', before: rows[0].quiz.value, after: rows.slice(1).map((x) => x.quiz.value) },
          corpus: { measure: 'nats-per-token', before: 2, after: [2.1, 2.2, 2.2 + lost / 4] } },
        metrics: { 'average-score': last.reduce((a, b) => a + b, 0) / 3, forgetting },
        declared_cost: { passes_per_step: 1 }, inputs: {}, rows,
        components: [{ id: 'sgd', kind: 'optimizer', plugin: 'made-up', version: '1', jar: 'made-up.jar', sha256: '00' }] });
      const stages = tasks.map((_, t) => (t === 0 ? `first-${Math.floor(r / side)}-${seed}` : `${id}-${t}`));
      write(path.join(folder, 'cells', id, 'timing.json'), { stages, measured: { wall_seconds: 3 + draw(),
        ms_per_step: 4 + draw(), peak_rss_bytes: 5e8, device: 'cpu', processors: 2, java: '17', os: 'Linux amd64' } });
      stages.forEach((stage, t) => {
        const log = path.join(folder, 'stages', stage, 'losses.csv');
        if (t > 0 || !fs.existsSync(log)) {
          write(log, 'step,loss\n' + Array.from({ length: steps }, (_, i) =>
            `${i + 1},${Math.fround(0.3 + 3 * Math.exp(-(i + 1) / (10 + (r % side)))) }\n`).join(''));
        }
      });
    }
  }
  write(path.join(folder, 'plan.json'), plan);
  write(path.join(folder, 'items', 'quiz.json'), { set: 'quiz', items: Array.from({ length: questions }, (_, i) => ({
    id: `quiz/${i}`, origin: `quiz.jsonl:${i + 1}`, text: `Question ${i}: which is right?`, choices: ['one', 'two'], gold: 1 })) });
  console.log(`${number} cells of ${recipes} recipes in ${folder}`);
}

// ---- in the browser

async function browser() {
  const modules = createRequire(path.resolve(option('modules', '.'), 'any.js'));
  const puppeteer = modules('puppeteer-core');
  const started = await puppeteer.launch({ executablePath: option('chromium', '/usr/bin/chromium'), protocolTimeout: 0,
    args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--force-device-scale-factor=1'] });
  return { started, modules };
}

const address = (hash) => pathToFileURL(path.resolve(target)).href + hash;

async function opened(started, width, hash, dark) {
  const page = await started.newPage();
  page.setDefaultTimeout(0);
  page.errors = [];
  page.on('console', (m) => page.errors.push(m.text()));
  page.on('pageerror', (e) => page.errors.push(String(e)));
  await page.setViewport({ width, height: 900 });
  await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: dark ? 'dark' : 'light' }]);
  await page.goto(address(hash), { waitUntil: 'load' });
  return page;
}

const ids = (page) => page.evaluate(() => palimpsest.data.grid.cells.map((c) => c.id));

async function axe() {
  const { started, modules } = await browser();
  const source = fs.readFileSync(modules.resolve('axe-core/axe.min.js'), 'utf8');
  let bad = 0;
  try {
    const first = await opened(started, 1280, '', false);
    const all = await ids(first);
    await first.close();
    const views = { overview: '', cell: '#cell=' + all[0], compare: `#compare=${all[0]},${all[all.length - 1]}`,
      unknown: '#cell=none' };
    for (const [name, hash] of Object.entries(views)) {
      for (const width of [1280, 390]) {
        for (const dark of [false, true]) {
          const page = await opened(started, width, hash, dark);
          await page.evaluate(() => {
            document.querySelectorAll('details').forEach((d) => { d.open = true; });
            palimpsest.drawAll();
          });
          await page.evaluate(source);
          const found = await page.evaluate(async (scope) => {
            const result = await axe.run(scope ? { include: [[scope]] } : document, { resultTypes: ['violations'] });
            return result.violations.map((v) => ({ id: v.id, impact: v.impact, help: v.help, number: v.nodes.length,
              nodes: v.nodes.slice(0, 3).map((n) => n.html.slice(0, 160) + ' :: ' + (n.any[0] ? n.any[0].message : n.failureSummary)) }));
          }, name === 'overview' ? null : '#cell-view');
          const beyond = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
          console.log(`${name}, ${width} px, ${dark ? 'dark' : 'light'}: ${found.length} violations, ${beyond} px stick out, `
            + `${page.errors.length} messages in the console`);
          found.forEach((v) => console.log(JSON.stringify(v, null, 1)));
          page.errors.forEach((e) => console.log(e));
          bad += found.length + beyond + page.errors.length;
          if (option('pictures')) {
            await page.screenshot({ path: path.join(option('pictures'), `${name}-${width}-${dark ? 'dark' : 'light'}.png`) });
          }
          await page.close();
        }
      }
    }
  } finally {
    await started.close();
  }
  process.exitCode = bad ? 1 : 0;
}

async function speed() {
  const { started } = await browser();
  try {
    const page = await opened(started, 1280, '', false);
    await page.evaluate(() => new Promise((r) => requestAnimationFrame(() => setTimeout(r, 500))));
    const loaded = await page.evaluate(() => {
      const paint = performance.getEntriesByName('first-contentful-paint')[0];
      const load = performance.getEntriesByType('navigation')[0];
      return { 'first paint, ms': Math.round(paint ? paint.startTime : -1), 'loaded, ms': Math.round(load.loadEventEnd),
        elements: document.getElementsByTagName('*').length,
        'MB of the script heap': Math.round(performance.memory.usedJSHeapSize / 1e6) };
    });
    // until the frame after the one that an action changes
    const timed = (name, act, argument) => page.evaluate(async (n, code, a) => {
      const begin = performance.now();
      new Function('a', code)(a);
      await new Promise((r) => requestAnimationFrame(() => requestAnimationFrame(r)));
      return [n, Math.round(performance.now() - begin)];
    }, name, act, argument);
    const type = "const f = document.getElementById('cells-filter'); f.value = a; f.dispatchEvent(new Event('input'));";
    const sort = "document.querySelectorAll('#cells-table th button')[a].click();";
    const all = await ids(page);
    const times = [];
    await page.setBypassCSP(true);
    await page.reload({ waitUntil: 'load' });
    times.push(await timed('first letter of a filter, ms', type, 'e'));
    times.push(await timed('filter, ms', type, 'ewc(lambda=3) 0.05'));
    times.push(await timed('filter emptied, ms', type, ''));
    times.push(await timed('sort by a number, ms', sort, 6));
    times.push(await timed('sort by a text, ms', sort, 1));
    times.push(await timed('view of a cell, ms', 'location.hash = a;', '#cell=' + all[all.length - 1]));
    times.push(await timed('view of two cells, ms', 'location.hash = a;', `#compare=${all[0]},${all[all.length - 1]}`));
    const frames = await page.evaluate(async () => {
      const gaps = [];
      let last = performance.now();
      document.documentElement.style.scrollBehavior = 'auto';
      for (let i = 0; i < 120; i++) {
        scrollBy(0, 250);
        await new Promise((r) => requestAnimationFrame(r));
        gaps.push(performance.now() - last);
        last = performance.now();
      }
      gaps.sort((a, b) => a - b);
      return { 'median frame while scrolling, ms': Math.round(gaps[60]), 'slowest of 120, ms': Math.round(gaps[119]) };
    });
    console.log(JSON.stringify({ cells: all.length, bytes: fs.statSync(target).size, ...loaded, ...Object.fromEntries(times), ...frames }, null, 1));
  } finally {
    await started.close();
  }
}

if (command === 'make' && target) {
  make(target, Number(option('recipes', 400)), Number(option('seeds', 5)));
} else if (command === 'axe' && target) {
  await axe();
} else if (command === 'speed' && target) {
  await speed();
} else {
  console.error('report_page.mjs make FOLDER | axe FILE | speed FILE; see the top of this file');
  process.exitCode = 2;
}
