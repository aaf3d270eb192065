package io.github.palimpsest.api.discovery;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.Plugin;
import io.github.palimpsest.api.component.Provider;
import io.github.palimpsest.api.parameter.Shape;
import io.github.palimpsest.api.parameter.WeightSnapshot;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Proxy;
import java.nio.FloatBuffer;
import java.util.Collection;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import org.jspecify.annotations.Nullable;

/**
 * Wraps the objects of a third party's plugin. Every call reports its place ({@link Activity}), and
 * an exception, an error or a null becomes a {@link PluginException} that names the method, the
 * component, the plugin and its JAR. Objects that the plugin returns are wrapped too. A {@link
 * PalimpsestException} passes unchanged: its message is meant for people, and the host's own
 * exceptions pass through plugins that call it.
 */
final class Guard implements InvocationHandler {
  /** Plugins of these packages are this project's own. */
  static final String OWN_PACKAGES = "io.github.palimpsest.";

  private static final String API = Plugin.class.getPackageName() + ".";

  private final Object target;
  private final String subject;
  private final PluginOrigin origin;
  private final String where;

  private Guard(Object target, String subject, PluginOrigin origin) {
    this.target = target;
    this.subject = subject;
    this.origin = origin;
    this.where = subject + " (plugin " + origin.plugin() + ", " + origin.location() + ")";
  }

  /**
   * An object behind a guard.
   *
   * @param target a plugin, a provider or anything that one of them made
   * @param type an interface that it implements
   * @param subject the component it belongs to, for messages
   * @param origin its plugin
   */
  static <T> T of(T target, Class<T> type, String subject, PluginOrigin origin) {
    return type.cast(guarded(target, subject, origin));
  }

  /** The object behind a guard; the given object if there is no guard. */
  static Object bare(Object guarded) {
    return Proxy.isProxyClass(guarded.getClass())
            && Proxy.getInvocationHandler(guarded) instanceof Guard guard
        ? guard.target
        : guarded;
  }

  private static Object guarded(Object target, String subject, PluginOrigin origin) {
    if (isHosts(home(target)) || bare(target) != target) {
      return target;
    }
    Set<Class<?>> seen = new LinkedHashSet<>();
    collect(target.getClass(), seen);
    return seen.isEmpty()
        ? target
        : Proxy.newProxyInstance(
            target.getClass().getClassLoader(),
            seen.toArray(new Class<?>[0]),
            new Guard(target, subject, origin));
  }

  /**
   * The class whose code an object runs; for a provider from the API's builder, the class of its
   * author.
   */
  static Class<?> home(Object target) {
    return isHosts(target.getClass()) && target instanceof Provider<?> built
        ? built.declaredIn()
        : target.getClass();
  }

  /** Whether a class is the JDK's or this project's. */
  static boolean isHosts(Class<?> type) {
    ClassLoader loader = type.getClassLoader();
    boolean fromJar = loader instanceof PluginClassLoader;
    return loader == null || (!fromJar && type.getName().startsWith(OWN_PACKAGES));
  }

  /** The interfaces of the API, and the one of the JDK through which the SPI hands out code. */
  private static void collect(@Nullable Class<?> type, Set<Class<?>> into) {
    if (type == null) {
      return;
    }
    boolean counts = (type.getPackageName() + ".").startsWith(API) || type == Iterator.class;
    if (type.isInterface() && counts && !type.isSealed() && isPublic(type)) {
      into.add(type);
    }
    for (Class<?> up : type.getInterfaces()) {
      collect(up, into);
    }
    collect(type.getSuperclass(), into);
  }

  private static boolean isPublic(Class<?> type) {
    return Modifier.isPublic(type.getModifiers());
  }

  @Override
  public @Nullable Object invoke(Object proxy, Method method, Object @Nullable [] arguments)
      throws Throwable {
    if (method.getDeclaringClass() == Object.class && method.getName().equals("equals")) {
      return target.equals(bare(Objects.requireNonNull(arguments)[0]));
    }
    String outer = Activity.enter(name(method) + " of " + where);
    try {
      return answer(method, method.invoke(target, own(arguments)));
    } catch (InvocationTargetException e) {
      throw failure(name(method), e.getCause());
    } finally {
      Activity.leave(outer);
    }
  }

  /** A plugin receives its own objects without a guard, and may inspect their class. */
  private Object @Nullable [] own(Object @Nullable [] arguments) {
    if (arguments == null) {
      return null;
    }
    ClassLoader loader = target.getClass().getClassLoader();
    Object[] own = arguments.clone();
    for (int i = 0; i < own.length; i++) {
      if (own[i] != null && bare(own[i]).getClass().getClassLoader() == loader) {
        own[i] = bare(own[i]);
      }
    }
    return own;
  }

  private @Nullable Object answer(Method method, @Nullable Object answer) {
    Class<?> type = method.getReturnType();
    if (type.isPrimitive()) {
      return answer;
    }
    boolean holdsNull =
        answer instanceof Collection<?> all && all.stream().anyMatch(Objects::isNull);
    if (answer == null || holdsNull) {
      throw new PluginException(
          name(method)
              + " of "
              + where
              + " returned "
              + (holdsNull ? "a collection with null in it" : "null"));
    }
    if (answer instanceof Optional<?> held) {
      return held.map(inner -> guarded(inner, subject, origin));
    }
    return answer instanceof WeightSnapshot weights && isHosts(answer.getClass())
        ? new Lazy(weights, name(method))
        : guarded(answer, subject, origin);
  }

  /** Weights that a plugin returned in the API's own class: its code computes them when read. */
  private final class Lazy implements WeightSnapshot {
    private final WeightSnapshot weights;
    private final String method;

    Lazy(WeightSnapshot weights, String method) {
      this.weights = weights;
      this.method = method;
    }

    @Override
    public SortedSet<String> names() {
      return weights.names();
    }

    @Override
    public Shape shape(String name) {
      return weights.shape(name);
    }

    @Override
    public FloatBuffer read(String name) {
      String call = "reading '" + name + "' from " + method;
      String outer = Activity.enter(call + " of " + where);
      try {
        return weights.read(name);
      } catch (RuntimeException | Error e) {
        throw failure(call, e);
      } finally {
        Activity.leave(outer);
      }
    }
  }

  private RuntimeException failure(String method, Throwable called) {
    // the failure of a static field is told, not that the class cannot be used for it
    boolean inClass = called instanceof ExceptionInInitializerError && called.getCause() != null;
    Throwable thrown = inClass ? called.getCause() : called;
    if (thrown instanceof PalimpsestException known && !inClass) {
      return known;
    }
    return new PluginException(
        method + " of " + where + " failed with " + text(thrown) + at(thrown), called);
  }

  /** As it stands before "of"; a method may have this name. */
  private static String name(Method method) {
    return method.getName().equals("of") ? "of()" : method.getName();
  }

  private static String text(Throwable thrown) {
    return thrown.getClass().getSimpleName()
        + UnfitClass.of(thrown)
            .or(() -> Optional.ofNullable(thrown.getMessage()))
            .map(message -> ": " + message)
            .orElse("");
  }

  /** The innermost line of the plugin's own code. */
  private String at(Throwable thrown) {
    return PluginFrame.of(List.of(thrown.getStackTrace()), home(target)).stream()
        .findFirst()
        .map(line -> " at " + line)
        .orElse("");
  }
}
