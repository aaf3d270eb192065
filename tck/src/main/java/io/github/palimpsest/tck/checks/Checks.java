package io.github.palimpsest.tck.checks;

import io.github.palimpsest.api.adapter.Adapter;
import io.github.palimpsest.api.component.Kind;
import io.github.palimpsest.api.data.DataFormat;
import io.github.palimpsest.api.measure.Measure;
import io.github.palimpsest.api.merger.Merger;
import io.github.palimpsest.api.metric.ForgettingMetric;
import io.github.palimpsest.api.model.ModelFamily;
import io.github.palimpsest.api.optimizer.Optimizer;
import io.github.palimpsest.api.probe.Probe;
import io.github.palimpsest.api.regularizer.Regularizer;
import io.github.palimpsest.api.rehearsal.Rehearsal;
import io.github.palimpsest.api.tracker.Tracker;
import io.github.palimpsest.tck.Check;
import io.github.palimpsest.tck.Check.Trial;
import io.github.palimpsest.tck.Failures;
import io.github.palimpsest.tck.Feature;
import io.github.palimpsest.tck.NotApplicable;
import io.github.palimpsest.tck.Subject;
import io.github.palimpsest.tck.rule.Level;
import io.github.palimpsest.tck.rule.Rule;
import io.github.palimpsest.tck.rule.SpiRule;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/** All checks of one subject. They share graphs, so close it. */
public final class Checks implements AutoCloseable {
  /**
   * Tried before the others, since they look at a component without using it: an exception is then
   * reported by the rule that explains it, and SPI-03 still sees the first use.
   */
  private static final Set<Rule> LOOK =
      Set.of(
          SpiRule.SPI_01,
          SpiRule.SPI_02,
          SpiRule.SPI_04,
          SpiRule.SPI_05,
          SpiRule.SPI_06,
          SpiRule.SPI_07,
          SpiRule.SPI_08,
          SpiRule.SPI_09,
          SpiRule.SPI_10);

  private final List<Check> all = new ArrayList<>();
  private final Runnable shared;

  private Checks(Subject<?> subject, Map<Rule, Trial> trials, Runnable shared) {
    this.shared = shared;
    Failures failures = new Failures(subject.provider().declaredIn());
    List<Rule> rules = new ArrayList<>(Rule.of(subject.provider().kind()));
    rules.sort(Comparator.comparing(rule -> !LOOK.contains(rule)));
    for (Rule rule : rules) {
      Trial trial =
          rule.level() == Level.UNTESTED
              ? () -> {}
              : Optional.ofNullable(trials.get(rule))
                  .orElseThrow(() -> new IllegalStateException("no check of rule " + rule));
      all.add(new Check(rule, trial, failures));
    }
  }

  /** The checks of a component of any kind. */
  @SuppressWarnings("unchecked") // a provider's kind is fixed by its interface
  public static Checks of(Subject<?> subject) {
    return switch (subject.provider().kind()) {
      case OPTIMIZER -> optimizer((Subject<Optimizer>) subject);
      default -> kind(subject, own(subject));
    };
  }

  @SuppressWarnings("unchecked") // a provider's kind is fixed by its interface
  private static KindChecks own(Subject<?> subject) {
    return switch (subject.provider().kind()) {
      case OPTIMIZER -> throw new IllegalArgumentException("an optimizer has several checks");
      case ADAPTER -> new AdapterChecks((Subject<Adapter>) subject);
      case REGULARIZER -> new RegularizerChecks((Subject<Regularizer>) subject);
      case REHEARSAL -> new RehearsalChecks((Subject<Rehearsal>) subject);
      case MERGER -> new MergerChecks((Subject<Merger>) subject);
      case METRIC -> new MetricChecks((Subject<ForgettingMetric>) subject);
      case PROBE -> new ProbeChecks((Subject<Probe>) subject);
      case FAMILY -> new FamilyChecks((Subject<ModelFamily>) subject);
      case FORMAT -> new FormatChecks((Subject<DataFormat>) subject);
      case MEASURE -> new MeasureChecks((Subject<Measure>) subject);
      case TRACKER -> new TrackerChecks((Subject<Tracker>) subject);
    };
  }

  /** The behaviour of a component of a kind that needs no graph, at its settings. */
  public static Optional<String> behaviourWithoutGraph(Subject<?> subject) {
    return switch (subject.provider().kind()) {
      case REHEARSAL, MERGER, METRIC, PROBE, FORMAT, MEASURE ->
          Optional.of(own(subject).behaviour());
      case OPTIMIZER, ADAPTER, REGULARIZER, FAMILY, TRACKER -> Optional.empty();
    };
  }

  /** What follows from the settings of a component, for rule SPI-12. */
  @SuppressWarnings("unchecked") // a provider's kind is fixed by its interface
  static List<Supplier<String>> effects(Subject<?> subject) {
    List<Supplier<String>> all = new ArrayList<>();
    all.add(subject::declared);
    all.addAll(
        subject.provider().kind() == Kind.OPTIMIZER
            ? new OptimizerTrial((Subject<Optimizer>) subject).effects()
            : own(subject).effects());
    return all;
  }

  private static Checks optimizer(Subject<Optimizer> subject) {
    OptimizerTrial trial = new OptimizerTrial(subject);
    Map<Rule, Trial> trials = new LinkedHashMap<>();
    trials.putAll(new OptimizerStepChecks(trial).trials());
    trials.putAll(new OptimizerAscentChecks(trial).trials());
    trials.putAll(new OptimizerStateChecks(trial).trials());
    trials.putAll(new OptimizerWrapChecks(trial).trials());
    trials.putAll(new OptimizerRunChecks(trial).trials());
    trials.putAll(new OptimizerClosedChecks(trial).trials());
    trials.putAll(new PluginChecks(subject, trial::behaviour).trials());
    trials.put(
        SpiRule.SPI_11,
        () -> {
          throw new NotApplicable(Feature.LATE_ONSET);
        });
    return new Checks(subject, trials, trial::close);
  }

  private static Checks kind(Subject<?> subject, KindChecks own) {
    Map<Rule, Trial> trials = new LinkedHashMap<>(own.trials());
    trials.putAll(new PluginChecks(subject, own::behaviour).trials());
    trials.put(SpiRule.SPI_11, own::absentUntilItsOnset);
    if (subject.provider().kind() == Kind.TRACKER) { // it needs a folder and a server of its own
      trials.put(
          SpiRule.SPI_07,
          () -> {
            throw new NotApplicable(Feature.DECIDES_NUMBERS);
          });
      trials.put(
          SpiRule.SPI_12,
          () -> {
            throw new NotApplicable(Feature.DECIDES_NUMBERS);
          });
    }
    return new Checks(subject, trials, own::close);
  }

  /** One check for each rule of the subject's kind, in the order in which they are tried. */
  public List<Check> all() {
    return List.copyOf(all);
  }

  @Override
  public void close() {
    shared.run();
  }
}
