package io.github.palimpsest.tck.optimizer;

import static io.github.palimpsest.tck.optimizer.Steps.LR;
import static io.github.palimpsest.tck.optimizer.Steps.descent;
import static io.github.palimpsest.tck.optimizer.Steps.gradient;
import static io.github.palimpsest.tck.optimizer.Steps.momentum;
import static io.github.palimpsest.tck.optimizer.Steps.stub;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.palimpsest.api.component.Setting;
import io.github.palimpsest.api.component.Settings;
import io.github.palimpsest.api.optimizer.Optimizer;
import io.github.palimpsest.api.optimizer.StepContext;
import io.github.palimpsest.api.optimizer.Updates;
import io.github.palimpsest.api.parameter.Tensors;
import io.github.palimpsest.api.recipe.Schedule;
import io.github.palimpsest.tck.Mutant;
import io.github.palimpsest.tck.Outcome;
import io.github.palimpsest.tck.Stub;
import io.github.palimpsest.tck.rule.SpiRule;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Settings of optimizers that nothing uses, and others that show only in some circumstances. */
@Tag("native")
class IdleSettingsTest {
  private static final Setting<Double> MOMENTUM =
      Setting.real("momentum", 0.9, 0, 1, "share of the last direction that is kept");
  private static final Setting<Double> OFF =
      Setting.real("momentum", 0, 0, 1, "share of the last direction that is kept");
  private static final Setting<Boolean> AHEAD =
      Setting.flag("nesterov", false, "look ahead along the momentum");

  private static Stub.OfOptimizer with(
      List<Setting<?>> settings, Function<Settings, Optimizer> maker) {
    return stub(1, 1, settings, maker);
  }

  @TestFactory
  Stream<DynamicTest> a_setting_that_nothing_uses_is_named() {
    return Mutant.tests(
        List.of(
            new Mutant(
                SpiRule.SPI_12,
                "a momentum that is not read",
                with(List.of(LR, MOMENTUM), s -> c -> descent(c, gradient(c), s.get(LR))),
                "the same with 'momentum' ["),
            new Mutant(
                SpiRule.SPI_12,
                "a momentum that no update depends on",
                with(List.of(LR, MOMENTUM), s -> c -> unused(c, s.get(LR), s.get(MOMENTUM))),
                "the same with 'momentum' ["),
            new Mutant(
                SpiRule.SPI_12,
                "a momentum that is always 0.9, and its flag",
                with(List.of(MOMENTUM, AHEAD), s -> c -> momentum(c, true)),
                "the same with 'nesterov' [true]")));
  }

  /** A tensor that is built for nothing. */
  private static Updates unused(StepContext c, double lr, double momentum) {
    Tensors g = gradient(c);
    Steps.times(c, g, momentum);
    return descent(c, g, lr);
  }

  private static Outcome outcome(List<Setting<?>> settings, Function<Settings, Optimizer> maker) {
    return Mutant.outcome(with(settings, maker), SpiRule.SPI_12);
  }

  @Test
  void a_flag_that_matters_only_where_another_setting_is_not_0_has_an_effect() {
    assertThat(
            outcome(
                List.of(LR, OFF, AHEAD), s -> c -> ahead(c, s.get(LR), s.get(OFF), s.get(AHEAD))))
        .isEqualTo(Outcome.PASSED);
  }

  private static Updates ahead(StepContext c, double lr, double momentum, boolean ahead) {
    Tensors g = gradient(c);
    if (momentum == 0) {
      return descent(c, g, lr);
    }
    Tensors m = Steps.times(c, c.slots().old("m", g, 0), momentum).plus(c.tf(), g);
    c.slots().next("m", m);
    return descent(c, ahead ? Steps.times(c, m, momentum).plus(c.tf(), g) : m, lr);
  }

  @Test
  void a_schedule_shows_in_its_values_at_the_steps_of_a_task() {
    Setting<Schedule> lr = Setting.schedule("lr", 0.1, 0, 1, "learning rate");
    assertThat(
            outcome(
                List.of(lr),
                s ->
                    c ->
                        new Updates(
                            gradient(c).scale(c.tf(), c.tf().math.neg(c.scheduled(s.get(lr)))))))
        .isEqualTo(Outcome.PASSED);
  }

  @Test
  void the_number_of_a_step_shows_in_the_phases() {
    Setting<Integer> period = Setting.integer("k", 5, 2, 1_000_000, "steps");
    assertThat(
            outcome(
                List.of(period),
                s ->
                    Steps.every(
                        s.get(period),
                        c -> descent(c, gradient(c), 0.1),
                        c -> descent(c, gradient(c), 0.01))))
        .isEqualTo(Outcome.PASSED);
  }

  @Test
  void without_settings_the_rule_does_not_apply() {
    assertThat(outcome(List.of(), s -> c -> descent(c, gradient(c), 0.1)))
        .isEqualTo(Outcome.NOT_APPLICABLE);
  }
}
