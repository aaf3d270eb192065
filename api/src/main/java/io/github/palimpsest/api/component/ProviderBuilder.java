package io.github.palimpsest.api.component;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.Stable;
import io.github.palimpsest.api.adapter.PeftReader;
import io.github.palimpsest.api.optimizer.OptimizerProvider;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Builds a provider as one value, next to the component that it creates. Begin with the method
 * {@code of} of the kind's interface, such as {@link OptimizerProvider#of}:
 *
 * <pre>{@code
 * static final OptimizerProvider PROVIDER =
 *     OptimizerProvider.of("acme.sign", "Sign descent with momentum", "w -= lr sign(m)")
 *         .settings(LR, BETA)
 *         .traits(s -> Traits.of(Onset.FIRST_TASK, Cost.passes(1).slots(1), "Bernstein et al. 2018"))
 *         .creates(s -> new Sign(s.get(LR), s.get(BETA)));
 * }</pre>
 *
 * <p>{@link #traits} is the only required part. A builder may be used again: later changes do not
 * affect the providers that it has created.
 *
 * @param <T> the component's interface
 * @param <P> the provider's interface
 */
@Stable(since = "0.1")
public final class ProviderBuilder<T, P extends Provider<T>> {
  private final Kind kind;
  private final ComponentId id;
  private final String summary;
  private final String equation;
  private final Function<Declared<T>, P> kindOf;
  private List<Setting<?>> settings = List.of();
  private @Nullable Function<Settings, Traits> traits;
  private Function<Settings, Set<Promise>> promises;
  private Predicate<Settings> usesCorpus = s -> false;
  private final Map<Class<?>, Object> capabilities = new LinkedHashMap<>();

  /**
   * Begins a provider.
   *
   * @param kindOf creates the provider of the kind from the declared values
   */
  public ProviderBuilder(
      Kind kind, String id, String summary, String equation, Function<Declared<T>, P> kindOf) {
    this.kind = kind;
    this.id = new ComponentId(id);
    this.summary = Objects.requireNonNull(summary);
    this.equation = Objects.requireNonNull(equation);
    this.kindOf = kindOf;
    this.promises = s -> Promise.usual(kind);
  }

  /** The settings, in the order in which people should read them; none if this is not called. */
  public ProviderBuilder<T, P> settings(Setting<?>... accepted) {
    return settings(Arrays.asList(accepted));
  }

  /** The settings, in the order in which people should read them; none if this is not called. */
  public ProviderBuilder<T, P> settings(List<Setting<?>> accepted) {
    settings = List.copyOf(accepted);
    return this;
  }

  /** {@link Provider#traits} that depend on the settings. */
  public ProviderBuilder<T, P> traits(Function<Settings, Traits> declared) {
    traits = declared;
    return this;
  }

  /** {@link Provider#traits} that are the same with all settings. */
  public ProviderBuilder<T, P> traits(Traits declared) {
    return traits(s -> declared);
  }

  /** {@link Provider#promises}; the usual promises of the kind if this is not called. */
  public ProviderBuilder<T, P> promises(Function<Settings, Set<Promise>> promised) {
    promises = promised;
    return this;
  }

  /** Promises beyond those that are usual for the kind, or given so far. */
  public ProviderBuilder<T, P> promises(Promise... more) {
    return changed(made -> made.addAll(List.of(more)));
  }

  /** Withdraws promises that are usual for the kind, or given so far. */
  public ProviderBuilder<T, P> promisesNot(Promise... withdrawn) {
    return changed(made -> made.removeAll(List.of(withdrawn)));
  }

  private ProviderBuilder<T, P> changed(Consumer<Set<Promise>> change) {
    Function<Settings, Set<Promise>> soFar = promises;
    return promises(
        s -> {
          Set<Promise> made = EnumSet.noneOf(Promise.class);
          made.addAll(soFar.apply(s));
          change.accept(made);
          return made;
        });
  }

  /** {@link Provider#usesCorpus}; never if this is not called. */
  public ProviderBuilder<T, P> usesCorpus(Predicate<Settings> uses) {
    usesCorpus = uses;
    return this;
  }

  /**
   * Adds a {@linkplain Capable capability} of the provider, such as {@link PeftReader}.
   *
   * @param type the capability's interface
   * @param capability the implementation
   */
  public <C> ProviderBuilder<T, P> with(Class<C> type, C capability) {
    capabilities.put(type, type.cast(capability));
    return this;
  }

  /**
   * Creates the provider.
   *
   * @param maker {@link Provider#create}
   * @throws PalimpsestException if {@link #traits} was not called
   */
  public P creates(Function<Settings, T> maker) {
    Function<Settings, Traits> declared = traits;
    if (declared == null) {
      throw new PalimpsestException(
          "component '"
              + id
              + "' declares no traits: call traits(...) before creates(...), with its onset, its"
              + " cost and where the method comes from");
    }
    return kindOf.apply(
        new Declared<>(
            id,
            summary,
            equation,
            settings,
            declared,
            promises,
            usesCorpus,
            Map.copyOf(capabilities),
            maker));
  }
}
