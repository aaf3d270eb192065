package io.github.palimpsest.tck.checks;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.adapter.Adapter;
import io.github.palimpsest.api.component.Component;
import io.github.palimpsest.api.component.ComponentId;
import io.github.palimpsest.api.component.Kind;
import io.github.palimpsest.api.data.Example;
import io.github.palimpsest.api.parameter.ParameterSpec;
import io.github.palimpsest.api.parameter.WeightSnapshot;
import io.github.palimpsest.api.recipe.Value;
import io.github.palimpsest.api.regularizer.Regularizer;
import io.github.palimpsest.tck.Subject;
import io.github.palimpsest.tck.rig.MiniLlama;
import io.github.palimpsest.tck.rig.Named;
import io.github.palimpsest.tck.rig.RegularizerRig;
import io.github.palimpsest.tck.rig.RegularizerRig.Penalty;
import io.github.palimpsest.tck.rig.ScriptedTask;
import io.github.palimpsest.tck.rig.Space;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** A regularizer on trial: its memories of scripted tasks, and the penalties that follow. */
final class RegularizerTrial implements AutoCloseable {
  /** Names of settings that are always taken as the strength. */
  private static final List<String> STRENGTHS = List.of("lambda", "strength");

  /** Names of settings that are the strength if the penalty vanishes with them. */
  private static final List<String> OTHER_STRENGTHS = List.of("alpha", "beta", "weight");

  static final String FIXTURE = "a Llama of one layer, scripted tasks";

  private final Subject<Regularizer> subject;
  private final MiniLlama model = new MiniLlama(1);
  private final List<RegularizerRig> open = new ArrayList<>();
  private final List<RegularizerRig> standard = new ArrayList<>();
  private @Nullable Regularizer inStandard;
  private SortedMap<String, WeightSnapshot> left = new TreeMap<>();
  private final Optional<Adapter> adapter;
  private final Space space;
  private boolean askedForImportance;
  private boolean askedForTracked;
  private final List<String> asked = new ArrayList<>();
  private int averaged = 1;
  private boolean signs;
  private @Nullable Optional<String> strength;
  private @Nullable List<RegularizerTrial> others;

  /**
   * A scripted task.
   *
   * @param weights after its last step
   * @param importance its mean squared gradient
   */
  record Done(Named weights, Named importance) {}

  RegularizerTrial(Subject<Regularizer> subject) {
    this.subject = subject;
    this.adapter = required(subject);
    this.space = Space.of(model, model.start(), adapter);
  }

  /** Trials of copies with another choice or flag; they share graphs too. */
  List<RegularizerTrial> withOtherWords() {
    List<RegularizerTrial> known = others;
    if (known == null) {
      known = subject.withOtherWords().stream().map(RegularizerTrial::new).toList();
      others = known;
    }
    return known;
  }

  /** The adapter that the regularizer requires in a recipe. */
  private static Optional<Adapter> required(Subject<Regularizer> subject) {
    return subject.traits().requires().stream()
        .map(id -> required(subject, id))
        .map(c -> (Adapter) c.create())
        .findFirst();
  }

  private static Component<?> required(Subject<Regularizer> subject, ComponentId id) {
    try {
      return subject.components().component(Kind.ADAPTER, Value.Call.word(id.value()));
    } catch (PalimpsestException e) {
      throw new IllegalStateException(
          "'" + subject.provider().id() + "' requires '" + id + "', which is not available", e);
    }
  }

  Optional<Adapter> adapter() {
    return adapter;
  }

  List<ParameterSpec> specs() {
    return space.specs();
  }

  Subject<Regularizer> subject() {
    return subject;
  }

  MiniLlama model() {
    return model;
  }

  List<Example> batch() {
    return MiniLlama.examples(0, 6);
  }

  /** The weights after a scripted task. */
  Named anchor(int task) {
    return moved(space.start(), 0.2 * task, task);
  }

  /** A point away from the start. */
  Named moved(Named from, double size, int seed) {
    return from.plus(Named.of(space.specs(), i -> size * Math.cos(1.7 * i + seed)));
  }

  /** The importance found by a scripted task. */
  Named importance(int task) {
    return Named.of(space.specs(), i -> 0.3 + 0.2 * Math.sin(0.9 * i + 2 * task));
  }

  /** Importance of half of the elements alone, the others being 0. */
  Named importanceWithZeros(int task) {
    return Named.of(space.specs(), i -> i % 2 * (0.3 + 0.2 * Math.sin(0.9 * i + 2 * task)));
  }

  Done done(int task) {
    return new Done(anchor(task), importance(task));
  }

  /** The memories of a regularizer after tasks; it is bound before each, as in training. */
  SortedMap<String, WeightSnapshot> remembered(Regularizer regularizer, List<Done> tasks) {
    return remembered(regularizer, tasks, 0, new TreeMap<>());
  }

  /** The memories after tasks, of which an earlier object has finished some and left memories. */
  SortedMap<String, WeightSnapshot> remembered(
      Regularizer regularizer,
      List<Done> tasks,
      int before,
      SortedMap<String, WeightSnapshot> left) {
    SortedMap<String, WeightSnapshot> memories = Collections.unmodifiableSortedMap(left);
    for (int t = before; t < tasks.size(); t++) {
      try (RegularizerRig rig = bound(regularizer, tasks.subList(0, t), memories)) {
        memories = finish(rig, tasks, t, memories);
      }
    }
    return memories;
  }

  /** The memories after a task that ends in its graph. */
  private SortedMap<String, WeightSnapshot> finish(
      RegularizerRig rig, List<Done> tasks, int t, SortedMap<String, WeightSnapshot> memories) {
    ScriptedTask finished =
        new ScriptedTask(
            t,
            model.parameters(),
            space.specs(),
            start(tasks, t),
            tasks.get(t).weights(),
            tasks.get(t).importance(),
            memories);
    if (signs) {
      finished.trackWithSigns();
    }
    rig.bound().afterTask(finished);
    finished.trainOn();
    asked.addAll(finished.asked());
    askedForImportance |= finished.askedForImportance();
    askedForTracked |= finished.askedForTracked();
    averaged = Math.max(averaged, finished.averaged());
    return finished.memories();
  }

  /** A digest of what a new object asks of two tasks, remembers, and builds for the next. */
  List<Supplier<String>> effects() {
    return List.of(
        this::built,
        () -> {
          signs = true;
          try {
            return askedForTracked ? built() : "";
          } catch (RuntimeException e) {
            return ""; // it tracks what has no sign
          } finally {
            signs = false;
          }
        });
  }

  private String built() {
    asked.clear();
    Regularizer own = subject.create();
    List<Done> tasks = List.of(done(0), done(1));
    SortedMap<String, WeightSnapshot> memories = remembered(own, tasks);
    try (RegularizerRig rig = bound(own, tasks, memories)) {
      return asked + " " + memories.keySet() + " " + rig.digest();
    }
  }

  /** The subject bound to the graph of the next task; the caller closes it. */
  RegularizerRig bound(
      Regularizer regularizer, List<Done> tasks, SortedMap<String, WeightSnapshot> memories) {
    return new RegularizerRig(
        model, space, regularizer, tasks.size(), memories, start(tasks, tasks.size()));
  }

  /** The weights before a task: where the one before it ended. */
  private Named start(List<Done> tasks, int task) {
    return task == 0 ? moved(space.start(), 0.05, 8) : tasks.get(task - 1).weights();
  }

  RegularizerRig keep(RegularizerRig rig) {
    open.add(rig);
    return rig;
  }

  /** The graph after a number of scripted tasks, which one object sees one after the other. */
  RegularizerRig after(int tasks) {
    Regularizer regularizer = inStandard;
    if (regularizer == null) {
      regularizer = subject.create();
      inStandard = regularizer;
    }
    List<Done> done = IntStream.range(0, tasks).mapToObj(this::done).toList();
    for (int t = standard.size(); t <= tasks; t++) {
      if (t > 0) {
        left = finish(standard.get(t - 1), done, t - 1, left);
      }
      standard.add(keep(bound(regularizer, done.subList(0, t), left)));
    }
    return standard.get(tasks);
  }

  Penalty at(RegularizerRig rig, Named point) {
    return rig.at(point, point, batch());
  }

  double penalty(RegularizerRig rig, Named point) {
    return rig.penalty(point, batch());
  }

  /** The penalty of a changed subject after one scripted task. */
  double penalty(Subject<Regularizer> changed, Named importance, Named point) {
    List<Done> one = List.of(new Done(anchor(0), importance));
    try (RegularizerRig rig = bound(changed.create(), one, remembered(changed.create(), one))) {
      return rig.penalty(point, batch());
    }
  }

  /** The weights before the first task. */
  Named pretrained() {
    return start(List.of(), 0);
  }

  /** A gradient that nothing else follows from. */
  Named gradient(int seed) {
    return Named.of(space.specs(), i -> Math.sin(2.3 * i + seed) + 0.2 * Math.cos(0.11 * i));
  }

  /** What a new object makes of a gradient after tasks; empty for no constraint. */
  Optional<Named> constrainedAfter(List<Done> tasks, Named gradient) {
    try (RegularizerRig rig = bound(subject.create(), tasks, remembered(subject.create(), tasks))) {
      return rig.constrained(gradient);
    }
  }

  /** The penalty of a new object after tasks. */
  double penaltyAfter(List<Done> tasks, Named point) {
    try (RegularizerRig rig = bound(subject.create(), tasks, remembered(subject.create(), tasks))) {
      return rig.penalty(point, batch());
    }
  }

  /** The penalty away from the start, after a task that ended there and left these memories. */
  double penalty(Regularizer regularizer, SortedMap<String, WeightSnapshot> memories) {
    Named point = moved(space.start(), 0.1, 2);
    List<Done> one = List.of(new Done(space.start(), importance(0)));
    try (RegularizerRig rig = bound(regularizer, one, memories)) {
      return rig.penalty(point, batch());
    }
  }

  /** Whether the regularizer asks for importance; found by a trial. */
  boolean needsImportance() {
    after(1);
    return askedForImportance;
  }

  /** Whether it reads the slots that it tracks during a task; found by a trial. */
  boolean tracks() {
    after(1);
    return askedForTracked;
  }

  /**
   * The number of examples whose gradients are averaged before they are squared; found by a trial.
   */
  int averaged() {
    after(1);
    return averaged;
  }

  /** The key of the strength: by its name, or because the penalty is proportional to it. */
  Optional<String> strength() {
    Optional<String> known = strength;
    if (known == null) {
      known =
          STRENGTHS.stream()
              .filter(subject::has)
              .findFirst()
              .or(() -> subject.numbers().keySet().stream().filter(this::scales).findFirst())
              .or(() -> OTHER_STRENGTHS.stream().filter(this::vanishes).findFirst());
      strength = known;
    }
    return known;
  }

  private boolean scales(String key) {
    double value = subject.numbers().get(key);
    for (double factor : new double[] {2, 0.5}) {
      Optional<Subject<Regularizer>> other = subject.with(key, factor * value);
      if (value != 0 && other.isPresent()) {
        double here = somewhere(subject);
        double there = somewhere(other.get());
        return here > 0 && Math.abs(there - factor * here) <= 1e-3 * factor * here;
      }
    }
    return false;
  }

  private boolean vanishes(String key) {
    Optional<Subject<Regularizer>> off = subject.with(key, 0);
    return off.isPresent() && somewhere(off.get()) == 0 && somewhere(subject) > 0;
  }

  /** The penalty after one scripted task at some other point. */
  private double somewhere(Subject<Regularizer> changed) {
    return penalty(changed, importance(0), moved(anchor(0), 0.1, 1));
  }

  /** The strength in the trial: 1, or the subject's own if 1 is not allowed; 0 if it has none. */
  double unit() {
    return withStrength(1).isPresent()
        ? 1
        : strength().map(key -> subject.numbers().getOrDefault(key, 0.0)).orElse(0.0);
  }

  /** The subject with its strength set. */
  Optional<Subject<Regularizer>> withStrength(double value) {
    return strength().flatMap(k -> subject.with(k, value));
  }

  @Override
  public void close() {
    open.forEach(RegularizerRig::close);
    open.clear();
    List<RegularizerTrial> known = others;
    if (known != null) {
      known.forEach(RegularizerTrial::close);
      others = null;
    }
  }
}
