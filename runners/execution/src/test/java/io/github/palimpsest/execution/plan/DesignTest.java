package io.github.palimpsest.execution.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.discovery.Plugins;
import io.github.palimpsest.experiment.file.Experiment;
import io.github.palimpsest.experiment.file.ExperimentFile;
import io.github.palimpsest.experiment.plan.Grid;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DesignTest {
  private static final String HEAD =
      """
      model: m
      tasks: [{name: a, data: a.txt, format: text, held-out: 1}]
      seeds: [1]
      """;

  private static final String FIVE =
      """
      axes:
        optimizer: {levels: [adamw, "sam(base=adamw)"], lr: [1e-4, 3e-4]}
        regularizer: [none, l2-sp]
        rehearsal: [none, replay]
        merger: [none, wise-ft]
      """;

  private static Grid grid(String rest) {
    Experiment e = ExperimentFile.parse("d.yaml", HEAD + rest, Path.of("."), Map.of());
    return Grid.of(e, Plugins.onClassPath());
  }

  private static List<Map<String, String>> levels(Grid grid) {
    return grid.combinations().stream().map(Grid.Combination::levels).toList();
  }

  @Test
  void a_setting_that_every_level_has_is_swept_as_a_factor_of_its_own() {
    Grid grid = grid("axes: {optimizer: {levels: [adamw, \"sam(base=adamw)\"], lr: [1e-4, 3e-4]}}");
    assertThat(levels(grid))
        .containsExactly(
            Map.of("optimizer", "adamw", "optimizer.lr", "1e-4"),
            Map.of("optimizer", "adamw", "optimizer.lr", "3e-4"),
            Map.of("optimizer", "sam(base=adamw)", "optimizer.lr", "1e-4"),
            Map.of("optimizer", "sam(base=adamw)", "optimizer.lr", "3e-4"));
    assertThat(grid.combinations().get(3).recipe())
        .as("the rate of what SAM wraps, which has none itself")
        .hasToString(Plugins.onClassPath().recipe("sam(base=adamw(lr=3e-4))").toString());
  }

  @Test
  void a_setting_that_only_some_levels_have_makes_more_levels_of_those() {
    assertThat(
            levels(
                grid(
                    "axes: {optimizer: adamw, regularizer: {levels: [none, ewc], lambda: [1, 10,"
                        + " 100]}}")))
        .extracting(l -> l.get("regularizer"))
        .containsExactly("none", "ewc(lambda=1)", "ewc(lambda=10)", "ewc(lambda=100)");
  }

  @Test
  void paired_axes_go_together_level_by_level() {
    assertThat(
            levels(
                grid(
                    """
                    axes: {optimizer: [adamw, sgd], regularizer: [none, l2-sp], merger: [none, wise-ft]}
                    paired: optimizer & merger
                    """)))
        .as("2 pairs x 2 regularizers")
        .containsExactly(
            Map.of("optimizer & merger", "adamw & none", "regularizer", "none"),
            Map.of("optimizer & merger", "adamw & none", "regularizer", "l2-sp"),
            Map.of("optimizer & merger", "sgd & wise-ft", "regularizer", "none"),
            Map.of("optimizer & merger", "sgd & wise-ft", "regularizer", "l2-sp"));
  }

  @Test
  void a_sweep_can_be_paired_with_its_axis_in_any_order() {
    Grid grid =
        grid(
            """
            axes: {merger: none, optimizer: {levels: [adamw, sgd], lr: [1e-4, 0.5]}}
            paired: optimizer.lr & optimizer
            """);
    assertThat(levels(grid))
        .extracting(l -> l.get("optimizer.lr & optimizer"))
        .containsExactly("1e-4 & adamw", "0.5 & sgd");
    assertThat(grid.recipes().get(1).toString()).startsWith("sgd(").contains("lr=0.5");
  }

  @Test
  void a_half_fraction_of_five_axes_has_resolution_V_and_every_pair_of_levels_equally_often() {
    Grid grid = grid(FIVE + "design: {fraction: 1/2, resolution: 5}");
    assertThat(grid.combinations()).as("2^(5-1)").hasSize(16);
    assertThat(grid.selected().resolution()).isEqualTo(5);
    assertThat(grid.selected().left()).isEqualTo(16);
    assertThat(grid.selected().aliases())
        .as("main effects and two-way interactions are all clear")
        .isEmpty();
    List<String> names = List.copyOf(levels(grid).get(0).keySet());
    for (String a : names) {
      for (String b : names.subList(names.indexOf(a) + 1, names.size())) {
        assertThat(
                levels(grid).stream()
                    .map(l -> l.get(a) + " " + l.get(b))
                    .collect(
                        java.util.stream.Collectors.groupingBy(
                            x -> x, java.util.stream.Collectors.counting()))
                    .values())
            .as("%s and %s are orthogonal: 16 runs / 4 pairs of levels", a, b)
            .containsOnly(4L)
            .hasSize(4);
      }
    }
    assertThat(levels(grid).get(0).values())
        .as("all axes at their first level are in it")
        .containsExactly("adamw", "1e-4", "none", "none", "none");
  }

  @Test
  void a_quarter_says_what_it_mixes_and_is_refused_where_more_is_asked_of_it() {
    Grid grid = grid(FIVE + "design: {fraction: 1/4}");
    assertThat(grid.combinations()).as("2^(5-2)").hasSize(8);
    assertThat(grid.selected().resolution()).isEqualTo(3);
    assertThat(grid.selected().aliases())
        .as("resolution III: main effects are mixed with two-way interactions")
        .anySatisfy(a -> assertThat(a).matches("optimizer = \\S+ x \\S+.*"));
    assertThatThrownBy(() -> grid(FIVE + "design: {fraction: 1/4, resolution: 4}"))
        .isInstanceOf(PalimpsestException.class)
        .hasMessage(
            "d.yaml:9:20: 'design.resolution' is 4, and a fraction of 1/4 of 5 axes has only"
                + " resolution 3");
  }

  @Test
  void generators_may_be_chosen() {
    Grid grid =
        grid(
            FIVE
                + "design: {fraction: 1/2, generators: merger = optimizer * optimizer.lr *"
                + " regularizer}");
    assertThat(grid.selected().resolution()).as("a word of four letters").isEqualTo(4);
    assertThat(grid.selected().aliases())
        .as("pairs within the word")
        .contains("optimizer x optimizer.lr = regularizer x merger");
  }

  @ParameterizedTest(name = "{0}: {1}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          design: {fraction: 1/16}              | would mix main effects with one another
          design: {fraction: 1/3}               | must be 1/2, 1/4, 1/8 and so on
          design: {fraction: 1/2, seed: 3}      | 'design.seed' goes with 'design.random'
          design: {random: 99}                  | 'design.random' is 99, and only 32 combinations can run
          design: {}                            | takes either a 'fraction' of the grid or some at 'random'
          design: {fraction: 1/2, generators: ["merger = optimiser * rehearsal"]} | did you mean 'optimizer'?
          design: {fraction: 1/2, generators: ["merger = optimizer"]}     | mix main effects
          design: {fraction: 1/4, generators: ["merger = optimizer * rehearsal", "optimizer = merger * rehearsal"]} | not independent
          exclude: optimizer=sam & regularizer=l2-sp\\ndesign: {fraction: 1/2} | holds a combination that cannot run
          paired: optimizer & regularizr        | did you mean 'regularizer'?
          """)
  void a_design_that_cannot_be_is_refused_with_its_place(String design, String message) {
    assertThatThrownBy(() -> grid(FIVE + design.replace("\\n", "\n")))
        .isInstanceOf(PalimpsestException.class)
        .hasMessageMatching("(?s)d\\.yaml:\\d+:\\d+: .*")
        .hasMessageContaining(message);
  }

  @Test
  void a_sweep_of_a_setting_that_no_level_has_or_one_has_already_is_refused() {
    assertThatThrownBy(() -> grid("axes: {optimizer: {levels: [adamw], lt: [1, 2]}}"))
        .hasMessage(
            "d.yaml:4:37: no level of axis 'optimizer' has a setting 'lt'; did you mean 'lr'?");
    assertThatThrownBy(() -> grid("axes: {optimizer: {levels: [adamw(lr=1)], lr: [1e-4, 2e-4]}}"))
        .hasMessage("d.yaml:4:48: 'adamw(lr=1)' gives 'lr' already: take it out of the level");
    assertThatThrownBy(() -> grid("axes: {optimizer: {levels: [adamw], lr: [1e-4, -2]}}"))
        .hasMessageStartingWith("d.yaml:4:48: setting 'lr' of 'adamw': -2 is out of range");
  }

  @Test
  void axes_that_are_paired_need_equally_many_levels() {
    assertThatThrownBy(
            () ->
                grid(
                    "axes: {optimizer: [adamw, sgd], merger: [none, wise-ft, wise-ft(alpha=0.1)]}\n"
                        + "paired: optimizer & merger"))
        .hasMessage(
            "d.yaml:5:9: paired axes need equally many levels: 'optimizer' has 2, 'merger' has 3");
  }

  @Test
  void a_larger_draw_with_the_same_seed_holds_the_smaller_one() {
    List<String> few =
        grid(FIVE + "design: {random: 7, seed: 3}").recipes().stream()
            .map(Object::toString)
            .toList();
    List<String> more =
        grid(FIVE + "design: {random: 9, seed: 3}").recipes().stream()
            .map(Object::toString)
            .toList();
    assertThat(few).hasSize(7);
    assertThat(more).hasSize(9).containsAll(few);
    assertThat(grid(FIVE + "design: {random: 7, seed: 4}").recipes())
        .extracting(Object::toString)
        .as("another seed, another draw")
        .isNotEqualTo(few);
    assertThat(IntStream.rangeClosed(1, 20).mapToObj(s -> first(s)).distinct())
        .as("every recipe can be drawn: 20 draws of 1 from 32")
        .hasSizeGreaterThan(10);
  }

  private static String first(int seed) {
    return grid(FIVE + "design: {random: 1, seed: " + seed + "}").recipes().get(0).toString();
  }
}
