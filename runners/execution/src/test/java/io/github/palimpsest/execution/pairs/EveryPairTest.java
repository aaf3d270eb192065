package io.github.palimpsest.execution.pairs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.palimpsest.api.RuleViolationException;
import io.github.palimpsest.api.component.Component;
import io.github.palimpsest.api.component.Kind;
import io.github.palimpsest.api.component.Promise;
import io.github.palimpsest.api.component.Traits;
import io.github.palimpsest.api.data.Example;
import io.github.palimpsest.api.data.TaskData;
import io.github.palimpsest.api.discovery.PluginRegistry;
import io.github.palimpsest.api.discovery.Plugins;
import io.github.palimpsest.api.model.Model;
import io.github.palimpsest.api.parameter.WeightSnapshot;
import io.github.palimpsest.api.recipe.RecipeText;
import io.github.palimpsest.engine.Seats;
import io.github.palimpsest.engine.StepListener;
import io.github.palimpsest.engine.TaskLoop;
import io.github.palimpsest.engine.Training;
import io.github.palimpsest.engine.device.Device;
import io.github.palimpsest.execution.pairs.PairCover.Pair;
import io.github.palimpsest.execution.pairs.PairCover.Piece;
import io.github.palimpsest.testing.ClassifierModel;
import io.github.palimpsest.testing.DeclaredModel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Any two components of different kinds, of the whole catalogue, train two tasks together or are
 * refused with a rule. A component that joins the catalogue joins this test. Not every combination
 * of all seats is run, but with {@code -Dpairs.seed=all} a {@link PairCover}: any two of different
 * kinds meet at least once. A run of the suite takes some of its recipes ({@link Drawn}).
 */
@Tag("native")
@Execution(ExecutionMode.CONCURRENT)
class EveryPairTest {
  private static final PluginRegistry REGISTRY = Plugins.onClassPath();
  private static final Model MODEL =
      DeclaredModel.withNorm(new ClassifierModel(4, 6, 3), "fc2.bias");
  private static final WeightSnapshot PRETRAINED = MODEL.initialWeights(new Random(1));
  private static final Piece SGD = new Piece(Kind.OPTIMIZER, "sgd(lr=0.1)");

  private static final List<Example> CORPUS = task(2).examples();

  private static TaskData task(int index) {
    Random rng = new Random(10 + index);
    List<Example> examples = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      float[] x = new float[4];
      for (int j = 0; j < 4; j++) {
        x[j] = (float) rng.nextGaussian();
      }
      examples.add(ClassifierModel.example("t" + index + "/" + i, x, rng.nextInt(3), 1));
    }
    return TaskData.of(index, "t" + index, examples);
  }

  private static TaskLoop loop(String recipe, @Nullable Path folder) {
    return new TaskLoop(
        MODEL,
        PRETRAINED,
        Seats.of(REGISTRY.recipe(recipe)),
        Training.epochs(1, 4),
        7,
        List.of(task(0).beside(CORPUS), task(1).beside(CORPUS)),
        Device.CPU,
        folder);
  }

  private static final Map<Kind, List<Piece>> CATALOGUE =
      Catalogue.of(REGISTRY, "target=\"fc.*\"", "names=\"fc1.*\"");

  private static final PairCover COVER = new PairCover(REGISTRY, CATALOGUE, SGD);

  /** The model has no sequences, before which rows could stand; a decoder trains those too. */
  static List<String> recipes() {
    Map<Kind, List<Piece>> some = new EnumMap<>(CATALOGUE);
    some.computeIfPresent(
        Kind.ADAPTER,
        (kind, all) -> all.stream().filter(p -> !p.text().startsWith("prompt-tuning")).toList());
    return Drawn.of(new PairCover(REGISTRY, some, SGD), Integer.MAX_VALUE).recipes();
  }

  /**
   * Each recipe of the covering array trains two tasks; a second run of it, continued by fresh
   * objects from its checkpoint after the first task, ends with the same bits.
   */
  @ParameterizedTest
  @MethodSource("recipes")
  void every_pair_trains_again_and_goes_on_from_a_checkpoint_with_the_same_bits(
      String recipe, @TempDir Path folder) {
    TaskLoop goesOn = loop(recipe, null);
    goesOn.train(StepListener.NONE);
    goesOn.train(StepListener.NONE);
    loop(recipe, folder).train(StepListener.NONE);
    TaskLoop resumed = loop(recipe, folder);
    assertThat(resumed.trainedTasks()).isEqualTo(1);
    resumed.train(StepListener.NONE);
    WeightSnapshot whole = goesOn.weights();
    WeightSnapshot again = resumed.weights();
    for (String name : PRETRAINED.names()) {
      float[] w = whole.copy(name);
      assertThat(again.copy(name)).as("%s of %s", name, recipe).containsExactly(w);
      for (float v : w) {
        assertThat(v).as("%s of %s", name, recipe).isFinite();
      }
    }
  }

  @Test
  void a_pair_is_kept_apart_where_its_components_declare_it_and_nowhere_else() {
    assertThat(COVER.refused().keySet()).isNotEmpty();
    for (Pair pair : COVER.allPairs()) {
      assertThat(COVER.refused().containsKey(pair))
          .as("%s is refused", pair)
          .isEqualTo(apart(pair.one(), pair.other()) || apart(pair.other(), pair.one()));
    }
    assertThat(COVER.refused().values()).containsOnly("conflicts", "requires", "unmergeable");
  }

  @Test
  void o_lora_with_an_adapter_that_is_kept_is_refused_before_anything_is_built() {
    assertThatThrownBy(() -> REGISTRY.recipe("sgd + lora + o-lora"))
        .isInstanceOf(RuleViolationException.class)
        .hasMessage(
            "'lora' and 'o-lora' cannot stand in one recipe (rule conflicts, declared by 'lora');"
                + " they can with lora(merge-after-task=true)");
    assertThatThrownBy(() -> REGISTRY.recipe("sgd + dora(merge-after-task=true) + o-lora"))
        .isInstanceOf(RuleViolationException.class)
        .hasMessage("'o-lora' needs 'lora' in the recipe (rule requires)");
  }

  /** Whether one declares that it cannot stand with the other, or that it needs what cannot. */
  private static boolean apart(Piece one, Piece other) {
    Traits declared = component(one).traits();
    Component<?> beside = component(other);
    boolean merged = other.kind() == Kind.MERGER && promises(one).contains(Promise.UNMERGEABLE);
    return merged
        || declared.conflicts().contains(beside.id())
        || declared.requires().stream()
            .anyMatch(
                needed ->
                    beside.traits().conflicts().contains(needed)
                        || (REGISTRY.find(needed.value()).provider().kind() == other.kind()
                            && !beside.id().equals(needed)));
  }

  private static Set<Promise> promises(Piece piece) {
    Component<?> component = component(piece);
    return component.provider().promises(component.settings());
  }

  private static Component<?> component(Piece piece) {
    return REGISTRY.component(piece.kind(), RecipeText.parse(piece.text()).sum().get(0));
  }
}
