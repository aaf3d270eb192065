package io.github.palimpsest.api.optimizer;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Builds only at the first call; not thread-safe. */
final class Once<T> implements Supplier<T> {
  private final Supplier<T> built;
  private @Nullable T known;

  Once(Supplier<T> built) {
    this.built = built;
  }

  @Override
  public T get() {
    T value = known;
    if (value == null) {
      value = built.get();
      known = value;
    }
    return value;
  }
}
