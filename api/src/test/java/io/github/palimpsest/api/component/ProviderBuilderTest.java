package io.github.palimpsest.api.component;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.palimpsest.api.MetricStub;
import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.adapter.AdapterProvider;
import io.github.palimpsest.api.adapter.PeftReader;
import io.github.palimpsest.api.metric.ForgettingMetric;
import io.github.palimpsest.api.metric.ForgettingMetricProvider;
import io.github.palimpsest.api.metric.ScoreMatrix;
import io.github.palimpsest.api.optimizer.Optimizer;
import io.github.palimpsest.api.optimizer.OptimizerProvider;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

class ProviderBuilderTest {
  private static final Setting<Double> TIMES = Setting.real("times", 2, 0, 9, "a factor");

  private static final ForgettingMetric LAST =
      new ForgettingMetric() {
        @Override
        public boolean higherIsBetter() {
          return true;
        }

        @Override
        public OptionalDouble of(ScoreMatrix scores) {
          return OptionalDouble.of(1);
        }
      };

  private static final Optimizer UNUSED =
      c -> {
        throw new IllegalStateException("no step is made");
      };

  private static ProviderBuilder<ForgettingMetric, ForgettingMetricProvider> builder() {
    return ForgettingMetricProvider.of("acme.last", "the last score", "R[T, T]");
  }

  @Test
  void a_provider_says_what_its_builder_was_told() {
    ForgettingMetricProvider p =
        builder()
            .settings(TIMES)
            .traits(s -> Traits.of(Onset.LATER_TASKS, Cost.passes(s.get(TIMES)), "Acme 2026"))
            .promisesNot(Promise.MEASURES_FORGETTING)
            .usesCorpus(s -> s.get(TIMES) > 1)
            .creates(s -> LAST);
    Settings defaults = Settings.defaults(p);

    assertThat(p.id()).isEqualTo(new ComponentId("acme.last"));
    assertThat(p.kind()).isEqualTo(Kind.METRIC);
    assertThat(p.summary()).isEqualTo("the last score");
    assertThat(p.equation()).isEqualTo("R[T, T]");
    assertThat(p.settings()).containsExactly(TIMES);
    assertThat(p.traits(defaults))
        .isEqualTo(Traits.of(Onset.LATER_TASKS, Cost.passes(2), "Acme 2026"));
    assertThat(p.promises(defaults)).isEmpty();
    assertThat(p.usesCorpus(defaults)).isTrue();
    assertThat(p.create(defaults)).isSameAs(LAST);
  }

  @Test
  void what_is_not_said_is_what_a_provider_says_by_default() {
    ForgettingMetricProvider p =
        builder().traits(Traits.of(Onset.AFTER_TRAINING, Cost.NONE)).creates(s -> LAST);
    Settings defaults = Settings.defaults(p);

    assertThat(p.settings()).isEmpty();
    assertThat(p.promises(defaults)).isEqualTo(Promise.usual(Kind.METRIC));
    assertThat(p.usesCorpus(defaults)).isFalse();
  }

  @Test
  void promises_are_added_to_the_usual_ones_and_withdrawn_from_them_in_any_order() {
    OptimizerProvider p =
        OptimizerProvider.of("acme.slow", "SAM with slow weights", "none")
            .traits(Traits.of(Onset.FIRST_TASK, Cost.passes(2)))
            .promises(Promise.EUCLIDEAN_ASCENT)
            .promisesNot(Promise.BASE_WITHOUT_RADIUS)
            .creates(s -> UNUSED);
    OptimizerProvider turned =
        OptimizerProvider.of("acme.slow", "SAM with slow weights", "none")
            .traits(Traits.of(Onset.FIRST_TASK, Cost.passes(2)))
            .promisesNot(Promise.BASE_WITHOUT_RADIUS)
            .promises(Promise.EUCLIDEAN_ASCENT)
            .creates(s -> UNUSED);

    assertThat(p.promises(Settings.defaults(p))).containsExactly(Promise.EUCLIDEAN_ASCENT);
    assertThat(turned.promises(Settings.defaults(turned)))
        .containsExactly(Promise.EUCLIDEAN_ASCENT);
  }

  @Test
  void a_component_without_traits_and_a_bad_id_are_refused_by_name() {
    assertThatThrownBy(() -> builder().creates(s -> LAST))
        .isInstanceOf(PalimpsestException.class)
        .hasMessageContaining("'acme.last' declares no traits");
    assertThatThrownBy(() -> OptimizerProvider.of("Acme", "", ""))
        .isInstanceOf(PalimpsestException.class)
        .hasMessageContaining("'Acme' is not a name");
  }

  /** So that a component's owner is who wrote it, and not the API (SPI-02). */
  @Test
  void a_provider_is_of_the_class_that_wrote_it() {
    ForgettingMetricProvider p =
        builder().traits(Traits.of(Onset.AFTER_TRAINING, Cost.NONE)).creates(s -> LAST);

    assertThat(p.declaredIn()).isEqualTo(ProviderBuilderTest.class);
    assertThat(new MetricStub(new ComponentId("acme.other"), List.of()).declaredIn())
        .isEqualTo(MetricStub.class);
  }

  @Test
  void a_capability_is_found_by_its_interface() {
    PeftReader reader = config -> Optional.empty();
    AdapterProvider with =
        AdapterProvider.of("acme.a", "an adapter", "W")
            .traits(Traits.of(Onset.FIRST_TASK, Cost.NONE))
            .with(PeftReader.class, reader)
            .creates(
                s ->
                    base -> {
                      throw new IllegalStateException("not bound here");
                    });

    assertThat(with.capability(PeftReader.class)).containsSame(reader);
    assertThat(with.capability(Runnable.class)).isEmpty();
    assertThat(with.capability(AdapterProvider.class)).containsSame(with);
  }

  @Test
  void costs_and_traits_are_changed_by_copies() {
    Cost cost = Cost.passes(2).slots(1).snapshots(3);
    Traits plain = Traits.of(Onset.FIRST_TASK, cost, "Acme 2026");

    assertThat(cost.withPasses(1)).isEqualTo(Cost.passes(1).slots(1).snapshots(3));
    assertThat(Cost.NONE).isEqualTo(Cost.passes(0)).isNotEqualTo(cost);
    Traits narrow = plain.requiring("lora").conflictingWith("dora", "oplora");
    assertThat(narrow.requires()).containsExactly(new ComponentId("lora"));
    assertThat(narrow.conflicts())
        .containsExactlyInAnyOrder(new ComponentId("dora"), new ComponentId("oplora"));
    assertThat(narrow.references()).isEqualTo(List.of("Acme 2026"));
    assertThat(narrow).isNotEqualTo(plain);
    assertThat(Map.of(plain, 1)).containsKey(Traits.of(Onset.FIRST_TASK, cost, "Acme 2026"));
  }
}
