package io.github.palimpsest.api.discovery;

import io.github.palimpsest.api.NearestName;
import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.Plugin;
import io.github.palimpsest.api.RuleViolationException;
import io.github.palimpsest.api.Stable;
import io.github.palimpsest.api.UnknownNameException;
import io.github.palimpsest.api.adapter.Adapter;
import io.github.palimpsest.api.component.Component;
import io.github.palimpsest.api.component.ComponentId;
import io.github.palimpsest.api.component.Kind;
import io.github.palimpsest.api.component.Provider;
import io.github.palimpsest.api.component.Setting;
import io.github.palimpsest.api.component.Settings;
import io.github.palimpsest.api.component.Traits;
import io.github.palimpsest.api.merger.Merger;
import io.github.palimpsest.api.model.ModelFamilyProvider;
import io.github.palimpsest.api.optimizer.Optimizer;
import io.github.palimpsest.api.recipe.RecipeText;
import io.github.palimpsest.api.recipe.Value;
import io.github.palimpsest.api.regularizer.Regularizer;
import io.github.palimpsest.api.rehearsal.Rehearsal;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * All components by name, and the only way from recipe text to a checked {@link Recipe}. Immutable.
 *
 * <p>Duplicates, unreadable JARs and plugins outside their API range are fatal and name the JAR
 * (rules SPI-01, SPI-02); an unknown name offers the nearest one.
 */
@Stable(since = "0.1")
public final class PluginRegistry implements Setting.ComponentSource {
  private final SortedMap<ComponentId, Registered> byId;
  private final SortedMap<String, Registered> byModelType;

  /**
   * A registry of the given providers.
   *
   * @throws PluginException if two have one name, or two families one {@code model_type}; names
   *     both origins
   */
  public PluginRegistry(Collection<Registered> providers) {
    TreeMap<ComponentId, Registered> all = new TreeMap<>();
    for (Registered r : providers) {
      Registered other = all.put(r.provider().id(), r);
      if (other != null) {
        throw new PluginException(
            "component id '"
                + r.provider().id()
                + "' is provided twice: by "
                + other.origin()
                + " and by "
                + r.origin());
      }
    }
    byId = Collections.unmodifiableSortedMap(all);
    byModelType = families(all.values());
  }

  /**
   * A registry with the components of a plugin as well, which the program itself has made. A plugin
   * that a service file of the class path names is there already.
   *
   * @throws PluginException as {@link Plugins#onClassPath}
   */
  public PluginRegistry with(Plugin plugin) {
    return and(PluginContents.of(plugin, null));
  }

  /**
   * A registry with the plugins of a folder as well; each JAR has a class loader of its own.
   *
   * @param folder its {@code *.jar} files are plugins, each with a service file
   * @throws PluginException as {@link Plugins#withFolder}
   */
  public PluginRegistry withFolder(Path folder) {
    return and(Plugins.ofFolder(folder));
  }

  private PluginRegistry and(List<Registered> more) {
    List<Registered> all = new ArrayList<>(byId.values());
    all.addAll(more);
    return Plugins.registry(all);
  }

  private static SortedMap<String, Registered> families(Collection<Registered> all) {
    TreeMap<String, Registered> families = new TreeMap<>();
    for (Registered r : all) {
      if (r.provider() instanceof ModelFamilyProvider family) {
        Registered other = families.put(family.modelType(), r);
        if (other != null) {
          throw new PluginException(
              "model_type '"
                  + family.modelType()
                  + "' is provided twice: by '"
                  + other.provider().id()
                  + "' of "
                  + other.origin()
                  + " and by '"
                  + r.provider().id()
                  + "' of "
                  + r.origin());
        }
      }
    }
    return Collections.unmodifiableSortedMap(families);
  }

  /** All components in the order of their names. */
  public Collection<Registered> all() {
    return byId.values();
  }

  /** The components of one kind in the order of their names. */
  public List<Registered> all(Kind kind) {
    return byId.values().stream().filter(r -> r.provider().kind() == kind).toList();
  }

  /**
   * A component by name.
   *
   * @throws PalimpsestException if there is none; offers the nearest name
   */
  public Registered find(String name) {
    return byId.entrySet().stream()
        .filter(e -> e.getKey().value().equals(name))
        .map(Map.Entry::getValue)
        .findFirst()
        .orElseThrow(() -> unknown(name, byId.keySet()));
  }

  /** A vendor's name is of a plugin that is not here: names of others would not help. */
  private static UnknownNameException unknown(String name, Collection<ComponentId> known) {
    List<String> names = known.stream().map(ComponentId::value).toList();
    int dot = name.indexOf('.');
    if (dot < 0 || NearestName.of(name, names).isPresent()) {
      return UnknownNameException.of("component", name, names);
    }
    String prefix = name.substring(0, dot + 1);
    List<String> vendors = names.stream().filter(n -> n.startsWith(prefix)).toList();
    return vendors.isEmpty()
        ? new UnknownNameException(
            "component",
            "",
            "unknown component '" + name + "': no plugin here has components of '" + prefix + "'")
        : UnknownNameException.of("component", name, vendors);
  }

  /**
   * The family that reads models of a type.
   *
   * @param modelType the {@code model_type} of a {@code config.json}
   * @throws PalimpsestException if there is none; offers the nearest one and names its plugin
   */
  public Registered family(String modelType) {
    Registered found = byModelType.get(modelType);
    if (found == null) {
      String others =
          NearestName.of(modelType, byModelType.keySet())
              .map(near -> "; the nearest is '" + near + "' of " + byModelType.get(near).origin())
              .orElse("");
      throw new PalimpsestException(
          "no plugin here reads model_type '"
              + modelType
              + "'; known: "
              + (byModelType.isEmpty() ? "none" : String.join(", ", byModelType.keySet()))
              + others);
    }
    return found;
  }

  /**
   * A component with its settings resolved.
   *
   * @throws PalimpsestException if the name is unknown or of another kind, or a setting is wrong
   */
  @Override
  public Component<?> component(Kind kind, Value.Call call) {
    Provider<?> provider =
        byId.values().stream()
            .map(Registered::provider)
            .filter(p -> p.id().value().equals(call.name()))
            .findFirst()
            .orElseThrow(() -> unknown(call.name(), ids(kind)));
    if (provider.kind() != kind) {
      throw new PalimpsestException(
          "'" + call.name() + "' is of kind " + provider.kind().label() + ", not " + kind.label());
    }
    return component(provider, call);
  }

  /**
   * A component of any kind with its settings resolved.
   *
   * @throws PalimpsestException if the name is unknown or a setting is wrong
   */
  public Component<?> component(Value.Call call) {
    return component(find(call.name()).provider(), call);
  }

  private <T> Component<T> component(Provider<T> provider, Value.Call call) {
    return new Component<>(provider, Settings.of(provider, call.arguments(), this));
  }

  /**
   * Reads and checks a recipe.
   *
   * @throws PalimpsestException if the text cannot be read, a name is unknown or a setting is wrong
   * @throws RuleViolationException if the components cannot stand together; names both and the rule
   */
  public Recipe recipe(String text) {
    return recipe(RecipeText.parse(text));
  }

  /**
   * Checks a recipe: one optimizer, at most one adapter and one rehearsal, mergers only after
   * {@code |}, and every component's requirements and conflicts.
   *
   * @throws PalimpsestException if a name is unknown or a setting is wrong
   * @throws RuleViolationException if the components cannot stand together; names both and the rule
   */
  public Recipe recipe(RecipeText text) {
    Seats seats = new Seats();
    text.sum().stream().filter(call -> !isNone(call)).forEach(c -> seats.seat(component(c), false));
    text.pipe().stream().filter(call -> !isNone(call)).forEach(c -> seats.seat(component(c), true));
    Recipe recipe = seats.recipe(text);
    checkTraits(recipe);
    checkMergeable(recipe);
    return recipe;
  }

  /** The word of {@link io.github.palimpsest.api.parameter.Space#EFFECTIVE}. */
  private static final Value EFFECTIVE = Value.Call.word("effective");

  /** Refuses what needs an adapter's weights as the model's own tensors. */
  private static void checkMergeable(Recipe recipe) {
    recipe.mergers().stream()
        .findFirst()
        .ifPresent(merger -> recipe.requireMergeable("'" + merger.id() + "' needs merged weights"));
    recipe.components().stream()
        .flatMap(PluginRegistry::withNested)
        .filter(c -> EFFECTIVE.equals(c.settings().canonical().get("space")))
        .forEach(
            c ->
                recipe.requireMergeable(
                    "'"
                        + c.id()
                        + "(space=effective)' acts on the model's own tensors, which it leaves as"
                        + " they are"));
  }

  /** {@code none} takes no seat: it is the level of an axis that adds no component. */
  private static boolean isNone(Value.Call call) {
    if (call.name().equals("none") && !call.arguments().isEmpty()) {
      throw new PalimpsestException("'none' has no settings, so " + call + " means nothing");
    }
    return call.name().equals("none");
  }

  private static final class Seats {
    private Optional<Component<Optimizer>> optimizer = Optional.empty();
    private Optional<Component<Adapter>> adapter = Optional.empty();
    private final List<Component<Regularizer>> regularizers = new ArrayList<>();
    private Optional<Component<Rehearsal>> rehearsal = Optional.empty();
    private final List<Component<Merger>> mergers = new ArrayList<>();

    @SuppressWarnings("unchecked") // a provider's kind is fixed by its interface
    void seat(Component<?> c, boolean afterPipe) {
      Kind kind = c.provider().kind();
      if (afterPipe != (kind == Kind.MERGER)) {
        throw new RuleViolationException(
            "seat",
            "'"
                + c.id()
                + "' is of kind "
                + kind.label()
                + " and belongs "
                + (afterPipe ? "before the first '|', joined by '+'" : "after a '|'")
                + " (rule seat)");
      }
      switch (kind) {
        case OPTIMIZER -> optimizer = free(optimizer, (Component<Optimizer>) c, kind);
        case ADAPTER -> adapter = free(adapter, (Component<Adapter>) c, kind);
        case REGULARIZER -> regularizers.add(once((Component<Regularizer>) c));
        case REHEARSAL -> rehearsal = free(rehearsal, (Component<Rehearsal>) c, kind);
        case MERGER -> mergers.add((Component<Merger>) c);
        case METRIC, PROBE, FAMILY, FORMAT, MEASURE, TRACKER ->
            throw new RuleViolationException(
                "seat",
                "'"
                    + c.id()
                    + "' is a "
                    + kind.label()
                    + " and has no seat in a recipe (rule seat)");
      }
    }

    private Component<Regularizer> once(Component<Regularizer> c) {
      if (regularizers.stream().anyMatch(other -> other.id().equals(c.id()))) {
        throw new RuleViolationException(
            "twice", "'" + c.id() + "' stands twice in one recipe, with one memory (rule twice)");
      }
      return c;
    }

    private static <T> Optional<Component<T>> free(
        Optional<Component<T>> seat, Component<T> c, Kind kind) {
      seat.ifPresent(
          taken -> {
            throw new RuleViolationException(
                "seat-taken",
                "'"
                    + taken.id()
                    + "' and '"
                    + c.id()
                    + "' cannot stand in one recipe: there is one seat for a component of kind "
                    + kind.label()
                    + " (rule seat-taken)");
          });
      return Optional.of(c);
    }

    Recipe recipe(RecipeText text) {
      Component<Optimizer> o =
          optimizer.orElseThrow(
              () ->
                  new RuleViolationException(
                      "seat", "recipe '" + text + "' has no optimizer (rule seat)"));
      return new Recipe(o, adapter, regularizers, rehearsal, mergers);
    }
  }

  private void checkTraits(Recipe recipe) {
    List<Component<?>> present =
        recipe.components().stream().flatMap(PluginRegistry::withNested).toList();
    for (Component<?> c : present) {
      Traits traits = c.traits();
      for (ComponentId wanted : traits.requires()) {
        if (present.stream().noneMatch(o -> o.id().equals(wanted))) {
          throw new RuleViolationException(
              "requires", "'" + c.id() + "' needs '" + wanted + "' in the recipe (rule requires)");
        }
      }
      for (ComponentId refused : traits.conflicts()) {
        if (present.stream().anyMatch(o -> o != c && o.id().equals(refused))) {
          throw new RuleViolationException(
              "conflicts",
              "'"
                  + c.id()
                  + "' and '"
                  + refused
                  + "' cannot stand in one recipe (rule conflicts, declared by '"
                  + c.id()
                  + "')"
                  + allowing(c, refused));
        }
      }
    }
  }

  /** The flag of a component that the conflict hangs on, if one does. */
  private String allowing(Component<?> c, ComponentId refused) {
    for (Map.Entry<String, Value> setting : c.settings().canonical().entrySet()) {
      if (setting.getValue() instanceof Value.Flag flag) {
        Value.Flag other = new Value.Flag(!flag.value());
        Map<String, Value> written = new TreeMap<>(c.settings().canonical());
        written.put(setting.getKey(), other);
        Settings settings = Settings.of(c.provider(), written, this::component);
        if (!c.provider().traits(settings).conflicts().contains(refused)) {
          return "; they can with " + c.id() + "(" + setting.getKey() + "=" + other + ")";
        }
      }
    }
    return "";
  }

  private static Stream<Component<?>> withNested(Component<?> c) {
    return Stream.concat(
        Stream.of(c), c.nested().values().stream().flatMap(PluginRegistry::withNested));
  }

  private List<ComponentId> ids(Kind kind) {
    return all(kind).stream().map(r -> r.provider().id()).toList();
  }
}
