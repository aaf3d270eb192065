package io.github.palimpsest.tracking;

import io.github.palimpsest.api.NearestName;
import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.component.Component;
import io.github.palimpsest.api.component.Kind;
import io.github.palimpsest.api.discovery.PluginException;
import io.github.palimpsest.api.discovery.PluginRegistry;
import io.github.palimpsest.api.recipe.RecipeSyntaxException;
import io.github.palimpsest.api.recipe.RecipeText;
import io.github.palimpsest.api.recipe.Value;
import io.github.palimpsest.api.tracker.Tracker;
import io.github.palimpsest.api.tracker.TrackerProvider;
import io.github.palimpsest.results.folder.Track;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.function.Consumer;

/** Creates the trackers that a user requests. */
public final class Trackers {
  private Trackers() {}

  /**
   * Creates and opens trackers.
   *
   * @param wanted the trackers to create, in the order in which they are updated
   * @param registry the plugins that provide the trackers
   * @param told receives a message about each third-party tracker that fails to open; that tracker
   *     is left out, because no tracker may end a run
   * @throws PalimpsestException if a tracker is unknown, has invalid settings or cannot write to
   *     its target
   */
  public static List<Tracker> open(
      List<Track.Target> wanted, PluginRegistry registry, Consumer<String> told) {
    List<Tracker> open = new ArrayList<>();
    try {
      for (Track.Target target : wanted) {
        Component<Tracker> component = component(target, registry);
        try {
          Tracker tracker = component.create();
          tracker.open();
          open.add(tracker);
        } catch (PluginException e) {
          told.accept(
              "tracker '"
                  + target.tracker()
                  + "' is left out: "
                  + Secrets.hidden(String.valueOf(e.getMessage())));
        }
      }
      return List.copyOf(open);
    } catch (RuntimeException e) {
      open.forEach(Trackers::close);
      throw e;
    }
  }

  /**
   * Checks a tracker that is to be opened later: nothing is created.
   *
   * @throws PalimpsestException if the tracker is unknown, or has invalid settings
   */
  public static void check(Track.Target wanted, PluginRegistry registry) {
    component(wanted, registry);
  }

  private static void close(Tracker tracker) {
    try {
      tracker.close();
    } catch (RuntimeException | Error e) { // the cause that prevents the run is reported already
      return;
    }
  }

  @SuppressWarnings("unchecked") // a provider's kind is fixed by its interface
  private static Component<Tracker> component(Track.Target target, PluginRegistry registry) {
    List<String> known =
        registry.all(Kind.TRACKER).stream().map(r -> r.provider().id().value()).toList();
    if (!known.contains(target.tracker())) {
      throw new PalimpsestException(
          "unknown tracker '" + target.tracker() + "'" + NearestName.hint(target.tracker(), known));
    }
    return (Component<Tracker>) registry.component(Kind.TRACKER, call(target));
  }

  /** A target as a component: {@code WORD(...)} as written, or with the target as its setting. */
  private static Value.Call call(Track.Target target) {
    if (target.value().startsWith(target.tracker() + "(")) {
      try {
        List<Value.Call> calls = RecipeText.parse(target.value()).sum();
        if (calls.size() == 1) {
          return calls.get(0);
        }
      } catch (RecipeSyntaxException e) {
        throw new PalimpsestException("tracker '" + target.tracker() + "': " + e.getMessage(), e);
      }
    }
    TreeMap<String, Value> settings = new TreeMap<>();
    settings.put(TrackerProvider.TARGET, new Value.Text(target.value()));
    return new Value.Call(target.tracker(), settings);
  }
}
