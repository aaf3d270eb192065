package io.github.palimpsest.tck.optimizer;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.palimpsest.api.optimizer.Optimizer;
import io.github.palimpsest.api.optimizer.StepContext;
import io.github.palimpsest.api.optimizer.Updates;
import io.github.palimpsest.api.optimizer.Wrapper;
import io.github.palimpsest.tck.rig.FunctionModel;
import io.github.palimpsest.tck.rig.Named;
import io.github.palimpsest.tck.rig.OptimizerRig;
import io.github.palimpsest.tck.rig.OptimizerRig.Start;
import io.github.palimpsest.tck.rig.OptimizerRig.Step;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What a context gives an optimizer that wraps another. */
@Tag("native")
class WrappingTest {
  private static final FunctionModel MODEL = FunctionModel.quadratic();

  private static Step step(Optimizer optimizer) {
    try (OptimizerRig rig =
        new OptimizerRig(MODEL, List.of(FunctionModel.example("one")), optimizer)) {
      return rig.step(Start.at(MODEL.start()));
    }
  }

  private static Updates momentum(StepContext c) {
    return Steps.momentum(c, true);
  }

  @Test
  void with_some_parameters_the_rest_stay_where_they_are_and_have_no_slots() {
    String chosen = MODEL.parameters().get(0).name();
    Step whole = step(WrappingTest::momentum);
    Step some =
        step(
            c ->
                momentum(c.withParams(p -> p.name().equals(chosen)).scope("base"))
                    .filled(c.tf(), c.params()));

    Map<String, float[]> expected = new LinkedHashMap<>();
    MODEL
        .parameters()
        .forEach(
            p ->
                expected.put(
                    p.name(),
                    p.name().equals(chosen)
                        ? whole.updates().values().get(chosen)
                        : new float[(int) p.shape().size()]));
    assertThat(some.updates().same(new Named(expected)))
        .as("%s instead of %s", some.updates(), expected)
        .isTrue();
    assertThat(some.slots()).containsOnlyKeys("base/m:" + chosen);
    assertThat(some.asked()).as("the oracle sees whole points").hasSize(1);
    assertThat(some.asked().get(0).point().same(MODEL.start())).isTrue();
  }

  @Test
  void a_base_is_built_in_the_phase_that_it_is_given_and_with_slots_of_its_own() {
    List<Integer> built = new ArrayList<>();
    record Twice(Optimizer base) implements Wrapper {
      @Override
      public Updates updates(StepContext c) {
        c.slots().next("m", c.slots().old("m", c.params().tensors(), 1));
        return base.updates(Wrapper.inner(c).withPhase(c.phase() / 2));
      }

      @Override
      public int phases() {
        return 2 * base.phases();
      }
    }
    Step step =
        step(
            new Twice(
                c -> {
                  built.add(c.phase());
                  return momentum(c);
                }));

    assertThat(built).containsExactly(0, 0);
    assertThat(step.slots().keySet())
        .as("slots of the wrapper, and of its base under the key of the setting")
        .allMatch(k -> k.startsWith("m:") || k.startsWith("base/m:"))
        .hasSize(2 * MODEL.parameters().size());
  }

  @Test
  void an_oracle_that_remembers_makes_one_pass_for_one_question() {
    Step step =
        step(
            c -> {
              StepContext once = c.withOracle(c.oracle().remembering());
              Steps.gradient(once);
              return Steps.descent(once, Steps.gradient(once), 0.1);
            });

    assertThat(step.asked()).hasSize(1);
  }
}
