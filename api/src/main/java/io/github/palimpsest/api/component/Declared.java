package io.github.palimpsest.api.component;

import io.github.palimpsest.api.Experimental;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;

/** All that a provider says, as one value: what {@link ProviderBuilder} collects. */
@Experimental(since = "0.1")
public record Declared<T>(
    ComponentId id,
    String summary,
    String equation,
    List<Setting<?>> settings,
    Function<Settings, Traits> traits,
    Function<Settings, Set<Promise>> promises,
    Predicate<Settings> usesCorpus,
    Map<Class<?>, Object> capabilities,
    Function<Settings, T> maker) {

  /** A provider that says what was declared. */
  @Experimental(since = "0.1")
  public interface Stated<T> extends Provider<T> {
    /** What was declared. */
    Declared<T> declared();

    @Override
    default ComponentId id() {
      return declared().id();
    }

    @Override
    default String summary() {
      return declared().summary();
    }

    @Override
    default String equation() {
      return declared().equation();
    }

    @Override
    default List<Setting<?>> settings() {
      return declared().settings();
    }

    @Override
    default Traits traits(Settings values) {
      return declared().traits().apply(values);
    }

    @Override
    default Set<Promise> promises(Settings values) {
      return declared().promises().apply(values);
    }

    @Override
    default boolean usesCorpus(Settings values) {
      return declared().usesCorpus().test(values);
    }

    @Override
    default <C> Optional<C> capability(Class<C> type) {
      return Optional.ofNullable(type.cast(declared().capabilities().get(type)))
          .or(() -> Provider.super.capability(type));
    }

    /** The class that wrote the function which makes the components. */
    @Override
    default Class<?> declaredIn() {
      return declared().maker().getClass().getNestHost();
    }

    @Override
    default T create(Settings values) {
      return declared().maker().apply(values);
    }
  }
}
