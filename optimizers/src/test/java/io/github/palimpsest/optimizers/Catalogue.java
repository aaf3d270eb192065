package io.github.palimpsest.optimizers;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.component.Kind;
import io.github.palimpsest.api.component.Provider;
import io.github.palimpsest.api.component.Setting;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;

/**
 * Recipes of every optimizer that there is: with its defaults, with each of its choices and flags
 * in every position, and with some numbers that turn another side of it out. A new optimizer is
 * among them by being registered.
 */
final class Catalogue {
  private static final List<String> MORE =
      List.of(
          "sam(parts=3)",
          "sam(ascent-share=0.25)",
          "asam(parts=2, ascent-share=0.5)",
          "esam(gamma=0.3)",
          "esam(beta=1)",
          "functional-sam(ascent=data, space=effective, base=sgd(momentum=0.9))",
          "sam(base=functional-sam)",
          "looksam(k=1)",
          "looksam(k=3, base=lookahead(k=2))",
          "sparse(k=3, from=0.2, until=0.8)",
          "sparse(inner=looksam)",
          "per-task(first=looksam, later=sgd(momentum=0.9))",
          "gsam(base=adamw(lr=cosine(peak=0.001, warmup=0.1, end=0)))",
          "sam(base=asam(base=sgd(momentum=0.9)))",
          "c-flat(base=muon)",
          "galore(rank=1)",
          "galore(rank=2, interval=3, weight-decay=0.1)",
          "sam(base=galore(rank=1, interval=2))",
          "shampoo(interval=3, max-side=4)",
          "sam(base=shampoo)",
          "ema(base=clip-norm(base=adam(amsgrad=true)))");

  private Catalogue() {}

  /** All recipes. */
  static List<String> recipes() {
    List<String> all = new ArrayList<>();
    Recipes.REGISTRY
        .all(Kind.OPTIMIZER)
        .forEach(
            r -> {
              all.add(r.provider().id().value());
              variants(r.provider()).filter(Catalogue::made).forEach(all::add);
            });
    all.addAll(MORE);
    return all;
  }

  private static Stream<String> variants(Provider<?> provider) {
    return provider.settings().stream()
        .flatMap(
            s ->
                values(s)
                    .filter(v -> !v.equals(s.defaultValue().toString()))
                    .map(v -> provider.id() + "(" + s.key() + "=" + v + ")"));
  }

  private static Stream<String> values(Setting<?> setting) {
    if (setting.range().startsWith("one of ")) {
      return Arrays.stream(setting.range().substring("one of ".length()).split(", "));
    }
    return setting.range().equals("true or false") ? Stream.of("true", "false") : Stream.empty();
  }

  /** Whether a choice goes with the other defaults: Nesterov's momentum needs a momentum. */
  private static boolean made(String recipe) {
    try {
      Recipes.optimizer(recipe);
      return true;
    } catch (PalimpsestException refused) {
      return false;
    }
  }

  /** A test for each recipe. */
  static Stream<DynamicTest> forEach(Consumer<String> check) {
    return recipes().stream().map(r -> DynamicTest.dynamicTest(r, () -> check.accept(r)));
  }
}
