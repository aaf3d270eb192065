package io.github.palimpsest.optimizers;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;

/** Settings at which one technique is another one, bit for bit over 20 steps in the engine. */
@Tag("native")
final class IdentitiesTest {
  private static final String SGD = "sgd(lr=0.1, momentum=0.9)";

  /** Left equals right; B stands for a base with state. */
  private static final String[][] EQUAL = {
    {"sam(rho=0, base=B)", "B"},
    {"sam(rho=0, base=adamw(lr=0.02))", "adamw(lr=0.02)"},
    {"sam(rho=0, base=adam(lr=0.02, weight-decay=0.1))", "adam(lr=0.02, weight-decay=0.1)"},
    {"asam(rho=0, base=B)", "B"},
    {"asam(rho=0, scale=elementwise, base=adamw(lr=0.02))", "adamw(lr=0.02)"},
    {"gsam(rho=0, alpha=0, base=B)", "B"},
    {"gsam(alpha=0, rho=0.1, base=B)", "sam(rho=0.1, base=B)"},
    {"wsam(gamma=0.5, decouple=false, rho=0.1, base=B)", "sam(rho=0.1, base=B)"},
    {"wsam(gamma=0, base=B)", "B"},
    {"looksam(k=1, rho=0.1, base=B)", "sam(rho=0.1, base=B)"},
    {"friendly-sam(sigma=0, rho=0.1, base=B)", "sam(rho=0.1, base=B)"},
    {"esam(beta=1, gamma=1, rho=0.1, base=B)", "sam(rho=0.1, base=B)"},
    {"esam(rho=0, base=B)", "B"},
    {"fisher-sam(eta=0, rho=0.1, base=B)", "sam(rho=0.1, base=B)"},
    {"c-flat(lambda=0, rho=0.1, base=B)", "sam(rho=0.1, base=B)"},
    {"ssam(rho=0, base=B)", "B"},
    {"zsharp(quantile=0, rho=0.1, base=B)", "sam(rho=0.1, base=B)"},
    {"zsharp(rho=0, base=B)", "B"},
    {"le-sam(sigma=1e9, max-rho=0.1, base=B)", "sam(rho=0.1, base=B)"},
    {"le-sam(sigma=0, base=B)", "B"},
    {"ae-sam(start=-100, end=-100, rho=0.1, base=B)", "sam(rho=0.1, base=B)"},
    {"ae-sam(start=100, end=100, base=B)", "B"},
    {"momentum-sam(rho=0, base=B)", "B"},
    {"random-perturbation(rho=0, base=B)", "B"},
    {"sparse(inner=sam(rho=0.1, base=B))", "sam(rho=0.1, base=B)"},
    {"sparse(inner=sam(rho=0.1, base=B), from=1)", "B"},
    {"sparse(inner=sam(rho=0.1, base=B), tasks=later)", "B"},
    {"sam(rho=0.1, tasks=later, base=B)", "B"},
    {"sam(rho=0.1, tasks=first, base=B)", "sam(rho=0.1, base=B)"},
    {"gsam(rho=0.1, tasks=later, base=adamw(lr=0.02))", "adamw(lr=0.02)"},
    {"looksam(rho=0.1, tasks=first, base=B)", "looksam(rho=0.1, base=B)"},
    {"per-task(first=sam(rho=0.1, base=B), later=adamw)", "sam(rho=0.1, base=B)"},
    {"clip-norm(max=1e9, base=B)", "B"},
    {"clip-value(max=1e9, base=B)", "B"},
    {"weight-decay(rate=0, base=B)", "B"},
    {"weight-decay(rate=0.1, form=l2, decay=all, base=adam)", "adam(weight-decay=0.1)"},
    {"lookahead(alpha=1, base=B)", "B"},
    {"sfa(beta=0, base=B)", "B"},
    {"masked(base=B)", "B"},
    {"mofo(fraction=1, base=B)", "B"},
    {"half-fine-tuning(frozen=0, base=B)", "B"},
    {"adamw(weight-decay=0)", "adam"},
    {"momentum", "sgd(momentum=0.9)"},
    {"nesterov", "sgd(momentum=0.9, nesterov=true)"},
  };

  @TestFactory
  Stream<DynamicTest> at_some_settings_one_technique_is_another() {
    return Stream.of(EQUAL)
        .map(
            pair ->
                DynamicTest.dynamicTest(
                    pair[0] + " = " + pair[1],
                    () -> {
                      Map<String, float[]> one = run(pair[0]);
                      Map<String, float[]> other = run(pair[1]);
                      other.forEach(
                          (name, w) -> assertThat(one.get(name)).as(name).containsExactly(w));
                    }));
  }

  private static Map<String, float[]> run(String recipe) {
    return EngineRun.after(recipe.replace("base=B", "base=" + SGD).replaceAll("^B$", SGD), 20, 1);
  }
}
