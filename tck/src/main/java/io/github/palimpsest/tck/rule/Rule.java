package io.github.palimpsest.tck.rule;

import io.github.palimpsest.api.component.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A numbered rule of {@code api/SPEC.md}. */
public sealed interface Rule
    permits ConventionRule,
        RecipeRule,
        SpiRule,
        OptimizerRule,
        RegularizerRule,
        AdapterRule,
        RehearsalRule,
        MergerRule,
        MetricRule,
        ProbeRule,
        FamilyRule,
        FormatRule,
        MeasureRule,
        TrackerRule,
        ModelRule,
        DataRule,
        RunnerRule {
  /** The content of the rule. */
  RuleText text();

  /** For example {@code OPT-05}. */
  default String id() {
    return text().id();
  }

  /** How binding the rule is. */
  default Level level() {
    return text().level();
  }

  /**
   * A rule by its id or by an earlier id, as in old certificates.
   *
   * @return empty if no rule has or had this id
   */
  static Optional<Rule> named(String id) {
    return all().stream()
        .filter(r -> r.id().equals(id) || r.text().aliases().contains(id))
        .findFirst();
  }

  /** All rules, in the order of the specification. */
  static List<Rule> all() {
    List<Rule> all = new ArrayList<>(List.of(ConventionRule.values()));
    all.addAll(List.of(RecipeRule.values()));
    all.addAll(List.of(SpiRule.values()));
    all.addAll(List.of(OptimizerRule.values()));
    all.addAll(List.of(RegularizerRule.values()));
    all.addAll(List.of(AdapterRule.values()));
    all.addAll(List.of(RehearsalRule.values()));
    all.addAll(List.of(MergerRule.values()));
    all.addAll(List.of(MetricRule.values()));
    all.addAll(List.of(ProbeRule.values()));
    all.addAll(List.of(MeasureRule.values()));
    all.addAll(List.of(TrackerRule.values()));
    all.addAll(List.of(FamilyRule.values()));
    all.addAll(List.of(FormatRule.values()));
    all.addAll(List.of(RunnerRule.values()));
    all.addAll(List.of(ModelRule.values()));
    all.addAll(List.of(DataRule.values()));
    return List.copyOf(all);
  }

  /** The rules for components of one kind: those for all plugins, then the kind's own. */
  static List<Rule> of(Kind kind) {
    List<Rule> rules = new ArrayList<>(List.of(SpiRule.values()));
    rules.addAll(own(kind));
    return List.copyOf(rules);
  }

  private static List<Rule> own(Kind kind) {
    return switch (kind) {
      case OPTIMIZER -> List.of(OptimizerRule.values());
      case ADAPTER -> List.of(AdapterRule.values());
      case REGULARIZER -> List.of(RegularizerRule.values());
      case REHEARSAL -> List.of(RehearsalRule.values());
      case MERGER -> List.of(MergerRule.values());
      case METRIC -> List.of(MetricRule.values());
      case PROBE -> List.of(ProbeRule.values());
      case FAMILY -> List.of(FamilyRule.values());
      case FORMAT -> List.of(FormatRule.values());
      case MEASURE -> List.of(MeasureRule.values());
      case TRACKER -> List.of(TrackerRule.values());
    };
  }
}
