package io.github.palimpsest.api;

import io.github.palimpsest.api.model.ModelFamily;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;

/** All that a provider says, as one value: what {@link ProviderBuilder} collects. */
record Declared<T>(
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
  interface Stated<T> extends Provider<T> {
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

  record OfOptimizer(Declared<Optimizer> declared)
      implements Stated<Optimizer>, OptimizerProvider {}

  record OfAdapter(Declared<Adapter> declared) implements Stated<Adapter>, AdapterProvider {}

  record OfRegularizer(Declared<Regularizer> declared)
      implements Stated<Regularizer>, RegularizerProvider {}

  record OfRehearsal(Declared<Rehearsal> declared)
      implements Stated<Rehearsal>, RehearsalProvider {}

  record OfMerger(Declared<WeightMerger> declared)
      implements Stated<WeightMerger>, WeightMergerProvider {}

  record OfMetric(Declared<ForgettingMetric> declared)
      implements Stated<ForgettingMetric>, ForgettingMetricProvider {}

  record OfFamily(Declared<ModelFamily> declared, String modelType)
      implements Stated<ModelFamily>, ModelFamilyProvider {}

  record OfProbe(Declared<Probe> declared) implements Stated<Probe>, ProbeProvider {}
}
