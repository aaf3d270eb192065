package io.github.palimpsest.optimizers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.RuleViolationException;
import io.github.palimpsest.api.component.Component;
import io.github.palimpsest.api.component.Kind;
import io.github.palimpsest.api.discovery.Registered;
import io.github.palimpsest.api.optimizer.Optimizer;
import io.github.palimpsest.api.optimizer.OptimizerByTask;
import io.github.palimpsest.api.optimizer.OptimizerProvider;
import io.github.palimpsest.engine.Seats;
import io.github.palimpsest.optimizers.sharpness.SharpnessAware;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** What is refused, and with which words. */
final class SettingsOfOptimizersTest {
  private static final String[][] REFUSED = {
    {"sam(rho=-1)", "rho", "-1", "at least 0"},
    {"adam(beta1=1)", "beta1", "of at least 0 and below 1"},
    {"sgd(nesterov=true)", "nesterov", "momentum"},
    {"sgd(lr=fast)", "lr"},
    {"sam(base=ewc)", "base", "ewc"},
    {"sam(bse=sgd)", "bse", "did you mean 'base'"},
    {"sparse(from=0.9, until=0.1)", "from", "0.9 must be at most until=0.1"},
    {"sparse(inner=sgd)", "inner", "'sgd' wraps no other optimizer"},
    {"sparse(inner=sam(tasks=first))", "inner", "'sam' acts in some tasks or steps already"},
    {"sam(tasks=second)", "tasks", "one of all, first, later"},
    {"asam(scale=paperr)", "scale", "one of paper, no-norms, elementwise"},
    {"functional-sam(precondition=true, base=sgd)", "precondition", "'sgd' is not adam or adamw"},
    {"functional-sam(precondition=true, space=effective)", "precondition", "space=trainable"},
  };

  @TestFactory
  Stream<DynamicTest> a_wrong_setting_is_named_with_what_is_allowed() {
    return Stream.of(REFUSED)
        .map(
            row ->
                DynamicTest.dynamicTest(
                    row[0],
                    () -> {
                      var refusal =
                          assertThatThrownBy(() -> Recipes.optimizer(row[0]))
                              .as(row[0])
                              .isInstanceOf(PalimpsestException.class);
                      for (int i = 1; i < row.length; i++) {
                        refusal.hasMessageContaining(row[i]);
                      }
                    }));
  }

  @Test
  void every_sharpness_aware_optimizer_can_act_in_some_tasks_alone() {
    assertThat(
            SharpnessAware.providers().stream()
                .filter(p -> p.capability(OptimizerByTask.class).isEmpty()))
        .isEmpty();
    for (OptimizerProvider p : SharpnessAware.providers()) {
      Component<Optimizer> first = Recipes.REGISTRY.recipe(p.id() + "(tasks=first)").optimizer();
      OptimizerByTask byTask = p.capability(OptimizerByTask.class).orElseThrow();
      assertThat(byTask.in(first, 1).id()).as("%s in the second task", p.id()).hasToString("adamw");
    }
  }

  @TestFactory
  Stream<DynamicTest> a_technique_with_state_of_its_own_refuses_a_base_of_several_gradients() {
    return Stream.of("friendly-sam", "looksam", "ae-sam", "momentum-sam", "wsam", "mofo")
        .map(
            id ->
                DynamicTest.dynamicTest(
                    id,
                    () -> {
                      String recipe = id + "(base=clip-norm(base=sam(base=sgd)))";
                      assertThatThrownBy(() -> Seats.of(Recipes.REGISTRY.recipe(recipe)))
                          .as("before anything is built")
                          .isInstanceOf(RuleViolationException.class)
                          .hasMessageContaining("'" + id + "' and 'sam'")
                          .hasMessageContaining("rule one-gradient");
                      String inside = "sam(base=" + id + "(base=clip-norm(base=sgd)))";
                      assertThatCode(() -> Seats.of(Recipes.REGISTRY.recipe(inside)))
                          .as("the other way round")
                          .doesNotThrowAnyException();
                    }));
  }

  @Test
  void the_former_key_of_the_space_is_read_and_printed_by_its_key() {
    assertThat(Recipes.REGISTRY.recipe("sam(perturb=effective)"))
        .hasToString(Recipes.REGISTRY.recipe("sam(space=effective)").toString());
  }

  @TestFactory
  Stream<DynamicTest> every_optimizer_states_equation_settings_and_source() {
    return Recipes.REGISTRY.all(Kind.OPTIMIZER).stream()
        .map(Registered::provider)
        .map(
            p ->
                DynamicTest.dynamicTest(
                    p.id().value(),
                    () -> {
                      assertThat(p.summary()).as("summary").isNotBlank();
                      assertThat(p.equation()).as("equation").isNotBlank();
                      assertThat(p.settings()).as("settings").isNotEmpty();
                      p.settings().forEach(s -> assertThat(s.doc()).as(s.key()).isNotBlank());
                    }));
  }
}
