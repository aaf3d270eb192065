package io.github.palimpsest.api.discovery;

import io.github.palimpsest.api.component.ComponentId;
import io.github.palimpsest.api.component.Cost;
import io.github.palimpsest.api.component.Onset;
import io.github.palimpsest.api.component.Promise;
import io.github.palimpsest.api.component.Provider;
import io.github.palimpsest.api.component.Setting;
import io.github.palimpsest.api.component.Traits;
import io.github.palimpsest.api.optimizer.Optimizer;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** A provider of any kind that describes a component and never creates one. */
record Stub(
    Class<? extends Provider<?>> type,
    String id,
    List<Setting<?>> settings,
    Set<ComponentId> requires,
    Set<ComponentId> conflicts,
    Set<Promise> promises) {
  private static final Setting<Double> STRENGTH =
      Setting.real("strength", 1, 0, Double.MAX_VALUE, "how much");

  static Stub of(Class<? extends Provider<?>> type, String id) {
    return new Stub(type, id, List.of(STRENGTH), Set.of(), Set.of(), Set.of());
  }

  Stub wrapping(String optimizer) {
    Setting<Optimizer> base = Setting.optimizer("base", optimizer, "what is wrapped");
    return with(base);
  }

  Stub with(Setting<?> more) {
    List<Setting<?>> all = Stream.concat(settings.stream(), Stream.of(more)).toList();
    return new Stub(type, id, all, requires, conflicts, promises);
  }

  Stub requiring(String other) {
    return new Stub(type, id, settings, Set.of(new ComponentId(other)), conflicts, promises);
  }

  Stub conflicting(String other) {
    return new Stub(type, id, settings, requires, Set.of(new ComponentId(other)), promises);
  }

  Stub promising(Promise promise) {
    return new Stub(type, id, settings, requires, conflicts, Set.of(promise));
  }

  Provider<?> provider() {
    InvocationHandler answers =
        (proxy, method, arguments) ->
            switch (method.getName()) {
              case "id" -> new ComponentId(id);
              case "settings" -> settings;
              case "promises" -> promises;
              case "traits" ->
                  Traits.of(Onset.FIRST_TASK, Cost.NONE)
                      .requiring(texts(requires))
                      .conflictingWith(texts(conflicts));
              case "kind" -> InvocationHandler.invokeDefault(proxy, method);
              case "equals" -> proxy == arguments[0];
              case "hashCode" -> System.identityHashCode(proxy);
              default -> id + "." + method.getName();
            };
    return type.cast(
        Proxy.newProxyInstance(Stub.class.getClassLoader(), new Class<?>[] {type}, answers));
  }

  private static String[] texts(Set<ComponentId> ids) {
    return ids.stream().map(ComponentId::value).toArray(String[]::new);
  }
}
