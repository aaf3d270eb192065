package io.github.palimpsest.api.component;

import io.github.palimpsest.api.Experimental;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;

/** All declarations of a provider as one value; only {@link ProviderBuilder} creates it. */
@Experimental(since = "0.1")
public final class Declared<T> {
  private final ComponentId id;
  private final String summary;
  private final String equation;
  private final List<Setting<?>> settings;
  private final Function<Settings, Traits> traits;
  private final Function<Settings, Set<Promise>> promises;
  private final Predicate<Settings> usesCorpus;
  private final Map<Class<?>, Object> capabilities;
  private final Function<Settings, T> maker;

  Declared(
      ComponentId id,
      String summary,
      String equation,
      List<Setting<?>> settings,
      Function<Settings, Traits> traits,
      Function<Settings, Set<Promise>> promises,
      Predicate<Settings> usesCorpus,
      Map<Class<?>, Object> capabilities,
      Function<Settings, T> maker) {
    this.id = id;
    this.summary = summary;
    this.equation = equation;
    this.settings = settings;
    this.traits = traits;
    this.promises = promises;
    this.usesCorpus = usesCorpus;
    this.capabilities = capabilities;
    this.maker = maker;
  }

  /** A provider that returns the declared values. */
  @Experimental(since = "0.1")
  public interface Stated<T> extends Provider<T> {
    /** The declared values. */
    Declared<T> declared();

    @Override
    default ComponentId id() {
      return declared().id;
    }

    @Override
    default String summary() {
      return declared().summary;
    }

    @Override
    default String equation() {
      return declared().equation;
    }

    @Override
    default List<Setting<?>> settings() {
      return declared().settings;
    }

    @Override
    default Traits traits(Settings values) {
      return declared().traits.apply(values);
    }

    @Override
    default Set<Promise> promises(Settings values) {
      return declared().promises.apply(values);
    }

    @Override
    default boolean usesCorpus(Settings values) {
      return declared().usesCorpus.test(values);
    }

    @Override
    default <C> Optional<C> capability(Class<C> type) {
      return Optional.ofNullable(type.cast(declared().capabilities.get(type)))
          .or(() -> Provider.super.capability(type));
    }

    /** The class that contains the function which creates the components. */
    @Override
    default Class<?> declaredIn() {
      return declared().maker.getClass().getNestHost();
    }

    @Override
    default T create(Settings values) {
      return declared().maker.apply(values);
    }
  }
}
