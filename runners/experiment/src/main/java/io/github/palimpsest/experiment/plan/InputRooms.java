package io.github.palimpsest.experiment.plan;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.adapter.Adapter;
import io.github.palimpsest.api.adapter.BoundAdapter;
import io.github.palimpsest.api.adapter.InputRows;
import io.github.palimpsest.api.component.Component;
import io.github.palimpsest.api.discovery.Recipe;
import io.github.palimpsest.api.model.Model;
import io.github.palimpsest.engine.inference.InputRoom;
import io.github.palimpsest.experiment.file.Experiment;
import io.github.palimpsest.experiment.subject.ModelOrigin;
import io.github.palimpsest.experiment.subject.Subject;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The room of a model for the examples of a plan, after the rows that adapters put before them. */
public final class InputRooms {
  private InputRooms() {}

  /**
   * As {@link #require(Plan, Model)}, for a plan whose data and weights are not read: the model is
   * that of the configuration. A classifier's depends on its data, and is left for the run.
   *
   * @throws PalimpsestException also if the configuration cannot be read
   */
  public static void requireConfigured(Plan plan) {
    boolean any = plan.cells().stream().anyMatch(c -> c.recipe().unmergeableAdapter().isPresent());
    if (any && plan.experiment().classifier().isEmpty()) {
      require(plan, ModelOrigin.of(plan.experiment()).configured(plan.registry()));
    }
  }

  /**
   * Refuses a plan with an adapter whose rows the model cannot take, or for which its longest
   * examples leave no room.
   *
   * @throws PalimpsestException with its place in the file; names the adapter, its rows, and the
   *     largest {@code max-length}
   */
  public static void require(Plan plan, Model model) {
    adapters(plan).forEach(a -> required(plan.experiment(), a, model));
  }

  /**
   * As {@link #require(Plan, Model)}, and refuses sets with items that do not fit after the rows.
   *
   * @throws PalimpsestException also for such a set, with its place in the file; names the record
   */
  public static void require(Plan plan, Subject subject) {
    for (Component<Adapter> adapter : adapters(plan)) {
      required(plan.experiment(), adapter, subject.model())
          .ifPresent(room -> subject.requireRoom("" + adapter, room));
    }
  }

  private static Collection<Component<Adapter>> adapters(Plan plan) {
    Map<String, Component<Adapter>> adapters = new TreeMap<>();
    // only an adapter that cannot be merged has rows, so no other is bound
    plan.cells()
        .forEach(c -> c.recipe().unmergeableAdapter().ifPresent(a -> adapters.put("" + a, a)));
    return adapters.values();
  }

  private static Optional<InputRoom> required(
      Experiment e, Component<Adapter> adapter, Model model) {
    Optional<InputRoom> limited;
    try {
      limited = rows(adapter, model).map(rows -> InputRoom.of(model, rows));
    } catch (PalimpsestException problem) {
      throw e.place().error("'" + adapter + "': " + problem.getMessage());
    }
    if (limited.isEmpty()) {
      return limited;
    }
    InputRoom room = limited.get();
    int longest = e.maxLength() == 0 ? room.places() : e.maxLength();
    if (longest > room.tokens()) {
      throw e.places()
          .length()
          .error(
              "'"
                  + adapter
                  + "': "
                  + (e.maxLength() == 0
                      ? "'training.max-length' is not set, so examples have up to "
                      : "'training.max-length' is ")
                  + longest
                  + " tokens, and with "
                  + room.rows().count()
                  + " rows before them the model's "
                  + room.places()
                  + " positions hold at most "
                  + room.tokens()
                  + ": set 'max-length' to that, or take fewer rows");
    }
    return limited;
  }

  /** The rows that the adapter of a recipe puts before each example. */
  public static int rows(Recipe recipe, Model model) {
    return recipe.unmergeableAdapter().flatMap(a -> rows(a, model)).map(InputRows::count).orElse(0);
  }

  private static Optional<InputRows> rows(Component<Adapter> adapter, Model model) {
    BoundAdapter bound = adapter.create().bind(model.parameters());
    return bound.inputRows();
  }
}
