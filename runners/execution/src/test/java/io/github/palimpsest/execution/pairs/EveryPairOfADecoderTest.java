package io.github.palimpsest.execution.pairs;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.github.palimpsest.api.component.Kind;
import io.github.palimpsest.api.data.Example;
import io.github.palimpsest.api.discovery.PluginRegistry;
import io.github.palimpsest.api.discovery.Plugins;
import io.github.palimpsest.api.discovery.Registered;
import io.github.palimpsest.api.parameter.WeightSnapshot;
import io.github.palimpsest.decoder.DecoderModel;
import io.github.palimpsest.execution.pairs.PairCover.Piece;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Components of all kinds train two tasks together on a language model, whose family is drawn by
 * {@code -Dpairs.seed} for each recipe. Recipes are drawn as in {@link EveryPairTest}.
 */
@Tag("native")
@Execution(ExecutionMode.CONCURRENT)
class EveryPairOfADecoderTest {
  /** Building a language model takes about a second. */
  private static final int AT_ONCE = 12;

  private static final PluginRegistry REGISTRY = Plugins.onClassPath();
  private static final List<Example> CORPUS = EveryFamilyTest.task(2).examples();

  static Stream<Arguments> recipes() {
    PairCover cover =
        new PairCover(
            REGISTRY,
            Catalogue.of(REGISTRY, "target=\".*\"", "names=\".*norm.*\""),
            new Piece(Kind.OPTIMIZER, "sgd(lr=0.1)"));
    Drawn drawn = Drawn.of(cover, AT_ONCE);
    List<Registered> families =
        REGISTRY.all().stream().filter(r -> r.provider().kind() == Kind.FAMILY).toList();
    Random rng = drawn.random();
    return drawn.recipes().stream()
        .map(
            r -> {
              Registered family = families.get(rng.nextInt(families.size()));
              return Arguments.of(family.provider().id().value(), r);
            });
  }

  @ParameterizedTest(name = "{0}: {1}")
  @MethodSource("recipes")
  void all_components_train_a_language_model(String family, String recipe)
      throws JsonProcessingException {
    DecoderModel model = EveryFamilyTest.model(family);
    WeightSnapshot start = model.initialWeights(new Random(1));
    EveryFamilyTest.assertMoved(
        start,
        EveryFamilyTest.trained(
            model,
            start,
            recipe,
            List.of(
                EveryFamilyTest.task(0).beside(CORPUS), EveryFamilyTest.task(1).beside(CORPUS))));
  }
}
