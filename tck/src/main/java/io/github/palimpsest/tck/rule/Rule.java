package io.github.palimpsest.tck.rule;

import io.github.palimpsest.api.component.Kind;
import java.util.ArrayList;
import java.util.List;

/** A numbered rule of {@code api/SPEC.md}. */
public sealed interface Rule
    permits SpiRule,
        OptimizerRule,
        RegularizerRule,
        AdapterRule,
        RehearsalRule,
        MergerRule,
        MetricRule,
        ProbeRule,
        FamilyRule,
        FormatRule,
        ModelRule,
        DataRule,
        RunnerRule {
  /** All that the rule says. */
  RuleText text();

  /** For example {@code OPT-05}. */
  default String id() {
    return text().id();
  }

  /** How binding the rule is. */
  default Level level() {
    return text().level();
  }

  /** Every rule there is, in the order of the specification. */
  static List<Rule> all() {
    List<Rule> all = new ArrayList<>(List.of(SpiRule.values()));
    for (Kind kind : Kind.values()) {
      all.addAll(own(kind));
    }
    all.addAll(List.of(ModelRule.values()));
    all.addAll(List.of(DataRule.values()));
    all.addAll(List.of(RunnerRule.values()));
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
    };
  }
}
