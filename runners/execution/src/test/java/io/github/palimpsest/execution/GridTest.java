package io.github.palimpsest.execution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.discovery.Plugins;
import io.github.palimpsest.experiment.file.Experiment;
import io.github.palimpsest.experiment.file.ExperimentFile;
import io.github.palimpsest.experiment.plan.Cell;
import io.github.palimpsest.experiment.plan.Grid;
import io.github.palimpsest.experiment.plan.Plan;
import io.github.palimpsest.results.folder.GridPlan.Excluded;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class GridTest {
  private static final String HEAD =
      """
      model: m
      tasks: [{name: a, data: a.txt, format: text, held-out: 1}]
      """;

  private static Experiment experiment(String rest) {
    return ExperimentFile.parse("g.yaml", HEAD + rest, Path.of("."), Map.of());
  }

  private static Plan plan(Experiment e, String... shared) {
    TreeMap<String, String> values = new TreeMap<>();
    for (int i = 0; i < shared.length; i += 2) {
      values.put(shared[i], shared[i + 1]);
    }
    return Plan.of(e, FakeComponents.registry(), values);
  }

  /** Cell ids by recipe and seed. */
  private static Map<String, String> ids(Plan plan) {
    return plan.cells().stream()
        .collect(Collectors.toMap(c -> c.recipe() + " " + c.seed(), Cell::id));
  }

  @Test
  void a_label_shows_a_default_if_the_setting_has_another_value_elsewhere_in_the_grid() {
    String rest = "axes: {optimizer: [%s], strategy: [none, ewc]}\nseeds: [1]";

    Plan equal = plan(experiment(rest.formatted("sgd, sam")));
    assertThat(equal.cells())
        .extracting(Cell::label)
        .containsExactly("sgd", "sgd + ewc", "sam", "sam + ewc");

    Plan varied = plan(experiment(rest.formatted("sgd, sgd(lr=0.2), sam")));
    assertThat(varied.cells())
        .extracting(Cell::label)
        .containsExactly(
            "sgd(lr=0.1)",
            "sgd(lr=0.1) + ewc",
            "sgd(lr=0.2)",
            "sgd(lr=0.2) + ewc",
            "sam(base=sgd(lr=0.1))",
            "sam(base=sgd(lr=0.1)) + ewc");
    assertThat(ids(varied)).containsAllEntriesOf(ids(equal));
    String last = varied.cells().get(5).id();
    assertThat(varied.only(List.of(last)).cells())
        .extracting(Cell::label)
        .containsExactly("sam(base=sgd(lr=0.1)) + ewc");
  }

  @Test
  void the_grid_is_the_product_of_the_axes_and_each_component_goes_to_its_own_seat() {
    Grid grid =
        Grid.of(
            experiment(
                "axes: {optimizer: [sgd, sam], strategy: [none, ewc, lora, wise-ft]}\nseeds: [1]"),
            FakeComponents.registry());
    assertThat(grid.recipes())
        .extracting(Object::toString)
        .containsExactly(
            "sgd(lr=0.1)",
            "sgd(lr=0.1) + ewc(lambda=1)",
            "sgd(lr=0.1) + lora",
            "sgd(lr=0.1) | wise-ft",
            "sam(base=sgd(lr=0.1))",
            "sam(base=sgd(lr=0.1)) + ewc(lambda=1)",
            "sam(base=sgd(lr=0.1)) + lora",
            "sam(base=sgd(lr=0.1)) | wise-ft");
    assertThat(grid.excluded()).isEmpty();
  }

  @Test
  void a_combination_that_breaks_a_rule_is_excluded_with_the_rule_before_anything_runs() {
    Grid grid =
        Grid.of(
            experiment(
                "axes: {optimizer: [sgd], adapter: [none, lora], regularizer: [none, ewc]}"
                    + "\nseeds: [1]"),
            FakeComponents.registry());
    assertThat(grid.recipes()).as("3 of 4 are valid").hasSize(3);
    assertThat(grid.excluded())
        .singleElement()
        .satisfies(
            e -> {
              assertThat(e.levels()).isEqualTo("sgd + lora + ewc");
              assertThat(e.rule()).isEqualTo("conflicts");
              assertThat(e.reason()).contains("'lora' and 'ewc' cannot stand in one recipe");
            });
  }

  @Test
  void clip_norm_of_the_file_is_the_wrapper_of_that_name_in_text_and_id() {
    String rest = "\nseeds: [1]";
    Plan brief =
        Plan.of(
            experiment(
                "training: {clip-norm: 0.5}\naxes: {optimizer: [adamw, sam], strategy: [none, ewc]}"
                    + rest
                    + "\nexclude: optimizer=sam & strategy=ewc"),
            Plugins.onClassPath(),
            new TreeMap<>());
    Plan written =
        Plan.of(
            experiment(
                "axes: {optimizer: ['clip-norm(max=0.5, base=adamw)', 'clip-norm(max=0.5, base=sam)'],"
                    + " strategy: [none, ewc]}"
                    + rest),
            Plugins.onClassPath(),
            new TreeMap<>());

    assertThat(brief.cells()).as("a rule of the file is about what it says").hasSize(3);
    assertThat(ids(written)).containsAllEntriesOf(ids(brief));
    assertThat(brief.cells().get(2).levels())
        .as("levels keep their own text")
        .containsEntry("optimizer", "sam");
  }

  @Test
  void a_rule_of_the_file_excludes_by_component() {
    Grid grid =
        Grid.of(
            experiment(
                """
                axes: {optimizer: [sgd, sam], strategy: [none, ewc, lora]}
                seeds: [1]
                exclude: [optimizer=sam & adapter=lora, optimizer=sgd & strategy=none]
                """),
            FakeComponents.registry());
    assertThat(grid.recipes())
        .extracting(Object::toString)
        .containsExactly(
            "sgd(lr=0.1) + ewc(lambda=1)",
            "sgd(lr=0.1) + lora",
            "sam(base=sgd(lr=0.1))",
            "sam(base=sgd(lr=0.1)) + ewc(lambda=1)");
    assertThat(grid.excluded()).extracting(Excluded::levels).containsExactly("sgd", "sam + lora");
  }

  @Test
  void a_rule_may_name_settings_and_matches_the_levels_that_have_them() {
    String axes =
        "axes: {optimizer: {levels: [adamw, \"sam(base=adamw)\"], lr: [1e-4, 3e-4]},"
            + " regularizer: {levels: [none, ewc], lambda: [10, 100]}}\nseeds: [1]\n";
    Grid one =
        Grid.of(
            experiment(axes + "exclude: optimizer=adamw & regularizer=ewc(lambda=10.0)"),
            Plugins.onClassPath());
    assertThat(one.recipes()).as("2 x 2 x 3 combinations without two").hasSize(12 - 2);
    assertThat(one.excluded())
        .extracting(Excluded::levels)
        .containsExactly("adamw(lr=1e-4) + ewc(lambda=10)", "adamw(lr=3e-4) + ewc(lambda=10)");
    Grid wrapped =
        Grid.of(
            experiment(axes + "exclude: \"optimizer=sam(base=adamw(lr=3e-4)) & strategy=none\""),
            Plugins.onClassPath());
    assertThat(wrapped.excluded())
        .extracting(Excluded::levels)
        .containsExactly("sam(base=adamw(lr=3e-4))");
    Grid byDefault =
        Grid.of(experiment(axes + "exclude: optimizer=sam(base=adamw)"), Plugins.onClassPath());
    assertThat(byDefault.recipes()).as("whatever the rate").hasSize(12 - 6);
  }

  @Test
  void a_rule_about_a_level_that_no_axis_has_is_refused_and_an_idle_one_is_told() {
    String axes =
        "axes: {optimizer: [adamw, sam], strategy: [none, ewc(lambda=10), lora, dora]}\n"
            + "seeds: [1]\nexclude: ";
    for (String[] refused :
        new String[][] {
          {
            "optimizer=adamw & strategy=replay",
            "no level of axis 'strategy' is 'replay', so the rule 'optimizer=adamw &"
                + " strategy=replay' leaves nothing out; known: dora, ewc, lora"
          },
          {"optimizer=adam", "no level of axis 'optimizer' is 'adam'", "did you mean 'adamw'?"},
          {
            "regularizer=ewc(lambda=11)",
            "no level of kind 'regularizer' is 'ewc(lambda=11)'",
            "did you mean 'ewc(lambda=10)'?"
          },
          {"strategy=ewc(lamda=10)", "g.yaml:5:10: ", "did you mean 'lambda'?"},
          {"strategy=ewc(lambda=", "g.yaml:5:10: "},
          {"strategy=none(a=1)", "'none' has no settings"},
        }) {
      assertThatThrownBy(
              () -> Grid.of(experiment(axes + "'" + refused[0] + "'"), Plugins.onClassPath()))
          .as(refused[0])
          .isInstanceOf(PalimpsestException.class)
          .message()
          .contains(Arrays.copyOfRange(refused, 1, refused.length));
    }
    Plan plan =
        Plan.of(
            experiment(axes + "[adapter=lora & strategy=dora, optimizer=sam & strategy=dora]"),
            Plugins.onClassPath(),
            new TreeMap<>());
    assertThat(plan.warnings())
        .containsExactly(
            "g.yaml:5:11: the rule 'adapter=lora & strategy=dora' leaves out no combination that"
                + " other rules do not leave out already");
  }

  @Test
  void an_equal_recipe_reached_twice_is_run_once() {
    Grid grid =
        Grid.of(
            experiment("axes: {optimizer: [sgd, sgd(lr=0.1)]}\nseeds: [1]"),
            FakeComponents.registry());
    assertThat(grid.recipes()).hasSize(1);
    assertThat(grid.excluded()).extracting(Excluded::rule).containsExactly("duplicate");
  }

  @Test
  void what_only_the_components_know_is_known_before_anything_runs() {
    Grid grid =
        Grid.of(
            experiment(
                """
                axes: {optimizer: [sgd], adapter: [lora], regularizer: [none, ewc],
                       merger: [none, wise-ft(when=each-task)]}
                seeds: [1]
                """),
            Plugins.onClassPath());
    assertThat(grid.recipes()).as("3 of 4 are valid").hasSize(3);
    assertThat(grid.excluded()).extracting(Excluded::rule).containsExactly("restarts");

    assertThatThrownBy(
            () ->
                Grid.of(
                    experiment("axes: {optimizer: [sgd(nesterov=true)]}\nseeds: [1]"),
                    Plugins.onClassPath()))
        .as("settings that do not go together")
        .isInstanceOf(PalimpsestException.class)
        .hasMessageStartingWith("g.yaml:3:20: setting 'nesterov' of 'sgd'");
  }

  @Test
  void a_wrong_level_is_reported_with_its_place() {
    String[][] cases = {
      {"[sgdd]", "g.yaml:3:20: unknown component 'sgdd'; did you mean 'sgd'?"},
      {"[ewc]", "g.yaml:3:20: 'ewc' is of kind regularizer and cannot be a level of axis"},
      {"[sgd(lt=1)]", "g.yaml:3:20: unknown setting 'lt' of 'sgd'; did you mean 'lr'?"},
      {"[sgd(lr=-1)]", "g.yaml:3:20: setting 'lr' of 'sgd': -1 is out of range"},
    };
    for (String[] c : cases) {
      assertThatThrownBy(
              () ->
                  Grid.of(
                      experiment("axes: {optimizer: " + c[0] + "}\nseeds: [1]"),
                      FakeComponents.registry()))
          .as(c[0])
          .hasMessageStartingWith(c[1]);
    }
  }

  @Test
  void ids_do_not_depend_on_the_order_of_the_file_or_on_its_other_cells() {
    Plan one =
        plan(experiment("axes: {optimizer: [sgd, sam], strategy: [none, ewc]}\nseeds: [1, 2]"));
    Plan other =
        plan(
            experiment(
                "seeds: [3, 2, 1]\naxes: {strategy: [ewc(lambda=1.0), none, lora],"
                    + " optimizer: [sam, sgd(lr=1e-1)]}"));
    assertThat(ids(one)).as("2 x 2 recipes, 2 seeds").hasSize(8);
    assertThat(ids(other)).as("2 x 3 recipes, 3 seeds").hasSize(18).containsAllEntriesOf(ids(one));
    assertThat(ids(other).values()).as("each cell its own id").doesNotHaveDuplicates();
  }

  @Test
  void ids_change_with_all_that_changes_a_result() {
    Experiment e = experiment("axes: {optimizer: [sgd]}\nseeds: [1]");
    String id = plan(e, "data", "x").cells().get(0).id();
    assertThat(plan(e, "data", "x").cells().get(0).id()).as("nothing changed").isEqualTo(id);
    assertThat(plan(e, "data", "y").cells().get(0).id()).as("other data").isNotEqualTo(id);
    String newer =
        Plan.of(e, FakeComponents.registry("1.1"), new TreeMap<>(Map.of("data", "x")))
            .cells()
            .get(0)
            .id();
    assertThat(newer).as("another version of the plugin").isNotEqualTo(id);
  }
}
