package io.github.palimpsest.tck.checks;

import static io.github.palimpsest.tck.rule.MergerRule.PPW_01;
import static io.github.palimpsest.tck.rule.MergerRule.PPW_02;
import static io.github.palimpsest.tck.rule.MergerRule.PPW_03;
import static io.github.palimpsest.tck.rule.MergerRule.PPW_04;
import static io.github.palimpsest.tck.rule.MergerRule.PPW_05;
import static io.github.palimpsest.tck.rule.MergerRule.PPW_06;

import io.github.palimpsest.api.component.Promise;
import io.github.palimpsest.api.merger.MergeSite;
import io.github.palimpsest.api.merger.Merger;
import io.github.palimpsest.api.merger.WeightHistory;
import io.github.palimpsest.api.parameter.ParameterSpec;
import io.github.palimpsest.api.parameter.Shape;
import io.github.palimpsest.api.parameter.WeightSnapshot;
import io.github.palimpsest.api.random.Streams;
import io.github.palimpsest.tck.BrokenRule;
import io.github.palimpsest.tck.Check.Trial;
import io.github.palimpsest.tck.Feature;
import io.github.palimpsest.tck.Finding;
import io.github.palimpsest.tck.NotApplicable;
import io.github.palimpsest.tck.Subject;
import io.github.palimpsest.tck.rig.MiniLlama;
import io.github.palimpsest.tck.rig.Named;
import io.github.palimpsest.tck.rig.ScriptedMergeSite;
import io.github.palimpsest.tck.rule.Rule;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** The checks of mergers. No graph is needed. */
final class MergerChecks implements KindChecks {
  private static final String FIXTURE = "three snapshots of a Llama of two layers";

  /** The index of the finished task in the trials. */
  private static final int[] TASKS = {1, 0, 3};

  private static final double[] SHARES = {0.5, 0.1, 0.27, 0.85};
  private static final double CLOSE = 1e-5;
  private static final int USES = 4;
  private static final String LACKING = "model.norm.weight";

  private final Subject<Merger> subject;

  /** No size of a real model's tensors, but one that any loop must reach the end of. */
  private static final List<ParameterSpec> ODD =
      List.of(
          new ParameterSpec("odd.weight", Shape.of(5, 3), ParameterSpec.Role.KERNEL, 0),
          new ParameterSpec("odd.bias", Shape.of(7), ParameterSpec.Role.BIAS, 0),
          new ParameterSpec("odd.gain", Shape.of(1), ParameterSpec.Role.NORM, 0));

  private final List<ParameterSpec> specs =
      Stream.concat(new MiniLlama().parameters().stream(), ODD.stream()).toList();
  private final Named pretrained =
      joined(new MiniLlama().start(), Named.of(ODD, i -> 0.4 * Math.sin(1 + i)));
  private final Named before = moved(1);
  private final Named after = moved(2);

  MergerChecks(Subject<Merger> subject) {
    this.subject = subject;
  }

  private static final List<ParameterSpec> WIDE =
      List.of(new ParameterSpec("dense.weight", Shape.of(48, 32), ParameterSpec.Role.KERNEL, 0));

  /** The usual names of the share of the later weights. */
  private static final List<String> KEYS =
      List.of("alpha", "weight", "mix", "mixing", "share", "t", "coefficient");

  /** Names of the share of the earlier weights, which has the opposite direction. */
  private static final Pattern OF_THE_EARLIER =
      Pattern.compile(
          ".*(keep|retain|old|earlier|before|prior|base|pretrained|anchor|decay|momentum).*");

  private static Named joined(Named one, Named other) {
    Map<String, float[]> values = new LinkedHashMap<>(one.values());
    values.putAll(other.values());
    return new Named(values);
  }

  private Named moved(int seed) {
    return pretrained.plus(Named.of(specs, i -> 0.1 * seed * Math.cos(0.7 * i + seed)));
  }

  @Override
  public Map<Rule, Trial> trials() {
    return Map.of(
        PPW_01, this::inputsStayAndOutputsFit,
        PPW_02, this::endsAreExact,
        PPW_03, this::readingTwiceGivesTheSame,
        PPW_04, this::aMissingTensorIsNamed,
        PPW_05, this::nothingIsKeptBetweenCalls,
        PPW_06, this::historyIsDeclared);
  }

  @Override
  public String behaviour() {
    return Named.of(subject.create().apply(history(specs))).toString();
  }

  @Override
  public List<Supplier<String>> effects() {
    return List.of(() -> merged(history(specs), specs), () -> merged(noise(), WIDE));
  }

  /** The merged weights, and what was asked of the site. */
  private String merged(WeightHistory history, List<ParameterSpec> of) {
    List<String> asked = new ArrayList<>();
    MergeSite site = new ScriptedMergeSite(of, history.taskIndex(), asked);
    WeightHistory noted =
        WeightHistory.of(
            history.pretrained(),
            history.beforeTask(),
            history.afterTask(),
            history.taskIndex(),
            site,
            List.of(history.beforeTask()));
    return Named.of(subject.create().apply(noted)).digest() + asked;
  }

  /** A kernel of which every change is noise: some mergers leave small or smooth ones alone. */
  private static WeightHistory noise() {
    List<WeightSnapshot> all =
        IntStream.range(0, 3)
            .mapToObj(k -> Streams.stream(7, "noise", k, 0))
            .map(rng -> Named.of(WIDE, i -> rng.nextGaussian()).snapshot(WIDE))
            .toList();
    return WeightHistory.of(
        all.get(0), all.get(1), all.get(2), 1, new ScriptedMergeSite(WIDE, 1), List.of(all.get(1)));
  }

  private WeightHistory history(List<ParameterSpec> earlier) {
    return history(earlier, 1);
  }

  private WeightHistory history(List<ParameterSpec> earlier, int task) {
    WeightSnapshot first = only(before, earlier).snapshot(earlier);
    return WeightHistory.of(
        only(pretrained, earlier).snapshot(earlier),
        first,
        after.snapshot(specs),
        task,
        new ScriptedMergeSite(specs, task),
        Collections.nCopies(task, first));
  }

  /** After the fourth task, the weights after the others are there only if they are declared. */
  private void historyIsDeclared() {
    boolean declared = subject.readsHistory();
    List<WeightSnapshot> earlier =
        Stream.of(3, 4, 1).map(seed -> moved(seed).snapshot(specs)).toList();
    WeightHistory fourth =
        WeightHistory.of(
            pretrained.snapshot(specs),
            before.snapshot(specs),
            after.snapshot(specs),
            earlier.size(),
            new ScriptedMergeSite(specs, earlier.size()),
            declared ? earlier : List.of());
    String fixture = "four tasks" + (declared ? "" : ", of which the weights are not kept");
    try {
      Named.of(subject.create().apply(fourth));
    } catch (RuntimeException e) {
      throw new BrokenRule(new Finding(fixture, "merged weights", "it throws "), e);
    }
  }

  private static Named only(Named all, List<ParameterSpec> of) {
    Map<String, float[]> values = new LinkedHashMap<>();
    of.forEach(p -> values.put(p.name(), all.values().get(p.name())));
    return new Named(values);
  }

  private void inputsStayAndOutputsFit() {
    for (int task : TASKS) {
      inputsStayAndOutputsFit(history(specs, task));
    }
    finiteIfUnchanged(
        ODD, "'" + ODD.get(0).name() + "' and others that training left as they were");
    finiteIfUnchanged(specs, "training that changed nothing");
  }

  /** A frozen tensor is the same in all snapshots, and so is a model with a rate of 0. */
  private void finiteIfUnchanged(List<ParameterSpec> same, String what) {
    Named kept = only(pretrained, same);
    WeightSnapshot earlier = joined(before, kept).snapshot(specs);
    WeightHistory history =
        WeightHistory.of(
            pretrained.snapshot(specs),
            earlier,
            joined(after, kept).snapshot(specs),
            1,
            new ScriptedMergeSite(specs, 1),
            List.of(earlier));
    String fixture = FIXTURE + ", " + what;
    Named merged =
        Expect.given(fixture, "finite weights", () -> Named.of(subject.create().apply(history)));
    Expect.that(
        merged.finite(),
        () ->
            new Finding(
                fixture,
                "finite weights",
                merged.toString(),
                "a division by the size of a change, which may be 0"));
  }

  private void inputsStayAndOutputsFit(WeightHistory history) {
    WeightSnapshot merged = subject.create().apply(history);
    Expect.that(
        merged.names().equals(history.afterTask().names()),
        () ->
            new Finding(
                FIXTURE, "tensors " + history.afterTask().names(), "tensors " + merged.names()));
    for (ParameterSpec p : specs) {
      Expect.that(
          merged.shape(p.name()).equals(p.shape()),
          () ->
              new Finding(
                  FIXTURE,
                  "'" + p.name() + "' of shape " + p.shape(),
                  "shape " + merged.shape(p.name())));
    }
    Named values = Named.of(merged);
    Expect.that(values.finite(), () -> new Finding(FIXTURE, "finite weights", values.toString()));
    Expect.that(
        Named.of(history.pretrained()).same(pretrained)
            && Named.of(history.beforeTask()).same(before)
            && Named.of(history.afterTask()).same(after),
        () -> new Finding(FIXTURE, "inputs as they were", "an input has changed"));
  }

  private void endsAreExact() {
    NotApplicable.unless(subject.promises(Promise.INTERPOLATES), Feature.INTERPOLATES);
    Optional<String> named = KEYS.stream().filter(subject::has).findFirst();
    if (named.isPresent()) {
      interpolates(named.get());
      return;
    }
    List<String> others = subject.numbers().keySet().stream().filter(this::isAShare).toList();
    NotApplicable.unless(!others.isEmpty(), Feature.INTERPOLATES);
    others.forEach(this::endsAreNotSwapped);
  }

  private void interpolates(String key) {
    for (int task : TASKS) {
      interpolates(key, task);
    }
  }

  private void interpolates(String key, int task) {
    Named earlier = end(key, 0, task, List.of(pretrained, before), "the earlier weights");
    end(key, 1, task, List.of(after), "the later weights");
    for (double share : SHARES) {
      Named actual =
          at(key, share, task).orElseThrow(() -> new NotApplicable(Feature.INTERPOLATES));
      Named expected = earlier.scale(1 - share).plus(after.scale(share));
      Expect.that(
          actual.near(expected, 1e-6 * subject.tolerance(), 0),
          () ->
              new Finding(
                  FIXTURE + ", after task " + task + ", " + key + "=" + share,
                  (share == 0.5 ? "the midpoint: " : "(1 - alpha) earlier + alpha later: ")
                      + expected,
                  actual.toString()));
    }
  }

  private Named end(String key, double share, int task, List<Named> allowed, String what) {
    Named actual = at(key, share, task).orElseThrow(() -> new NotApplicable(Feature.INTERPOLATES));
    Optional<Named> hit = allowed.stream().filter(actual::same).findFirst();
    List<Named> others = share == 0 ? List.of(after) : List.of(pretrained, before);
    Expect.that(
        hit.isPresent(),
        () ->
            new Finding(
                FIXTURE + ", " + key + "=" + share,
                what + ", bit for bit: " + allowed.get(0),
                actual.toString(),
                others.stream().anyMatch(actual::same)
                    ? "exactly the other end: the ends are swapped"
                    : ""));
    return hit.orElse(actual);
  }

  /**
   * Whether a setting may interpolate between the ends and has no name of the opposite direction.
   */
  private boolean isAShare(String key) {
    return !OF_THE_EARLIER.matcher(key).matches()
        && subject.with(key, 0).isPresent()
        && subject.with(key, 0.5).isPresent()
        && subject.with(key, 1).isPresent();
  }

  /** A setting with an unusual name need not be a share, but no share may have swapped ends. */
  private void endsAreNotSwapped(String key) {
    Named first = at(key, 0, 1).orElseThrow();
    Named last = at(key, 1, 1).orElseThrow();
    boolean endsEarlier = Stream.of(pretrained, before).anyMatch(w -> last.near(w, CLOSE, 0));
    Expect.that(
        !(first.near(after, CLOSE, 0) && endsEarlier),
        () ->
            new Finding(
                FIXTURE + ", " + key + "=0 and then " + key + "=1",
                "the earlier weights and then the later ones",
                first + " and then " + last,
                "exactly the other ends: they are swapped, or the promise INTERPOLATES is wrong"));
  }

  private Optional<Named> at(String key, double share, int task) {
    return subject.with(key, share).map(s -> Named.of(s.create().apply(history(specs, task))));
  }

  private void nothingIsKeptBetweenCalls() {
    Merger used = subject.create();
    for (int task = 0; task < USES; task++) {
      Named actual = Named.of(used.apply(history(specs, task)));
      Named fresh = Named.of(subject.create().apply(history(specs, task)));
      int calls = task;
      Expect.that(
          actual.same(fresh),
          () ->
              new Finding(
                  FIXTURE + ", by an object that has merged " + calls + " times",
                  "the weights that a fresh object gives: " + fresh,
                  actual.toString(),
                  "state in a field"));
    }
  }

  private void readingTwiceGivesTheSame() {
    WeightSnapshot merged = subject.create().apply(history(specs));
    Named one = Named.of(merged);
    Named two = Named.of(merged);
    Expect.that(
        one.same(two), () -> new Finding(FIXTURE, "equal values", one + " and then " + two));
  }

  private void aMissingTensorIsNamed() {
    List<ParameterSpec> fewer = specs.stream().filter(p -> !p.name().equals(LACKING)).toList();
    Named merged;
    try {
      merged = Named.of(subject.create().apply(history(fewer)));
    } catch (RuntimeException e) {
      if (String.valueOf(e.getMessage()).contains(LACKING)) {
        return;
      }
      throw new BrokenRule(
          new Finding(
              "earlier weights without '" + LACKING + "'",
              "an error that names the tensor",
              "it throws "),
          e);
    }
    Named whole = Named.of(subject.create().apply(history(specs)));
    boolean earlierMatters = !whole.values().isEmpty() && !whole.same(after);
    if (earlierMatters) {
      throw new BrokenRule(
          new Finding(
              "earlier weights without '" + LACKING + "'",
              "an error that names the tensor",
              "weights with tensors " + merged.values().keySet(),
              merged.values().containsKey(LACKING)
                  ? "a tensor that is silently left as it is"
                  : "a tensor that is silently left out"));
    }
  }
}
