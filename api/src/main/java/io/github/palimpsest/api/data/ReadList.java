package io.github.palimpsest.api.data;

import io.github.palimpsest.api.Experimental;
import java.util.AbstractList;
import java.util.List;
import java.util.Objects;
import java.util.RandomAccess;
import java.util.function.IntFunction;

/**
 * A list whose elements are created when they are read, such as examples that stay in a file. It is
 * immutable, so it is shared rather than copied; a copy would load all elements.
 *
 * @param <T> the type of the elements
 */
@Experimental(since = "0.1")
public final class ReadList<T> extends AbstractList<T> implements RandomAccess {
  private final int size;
  private final IntFunction<T> element;

  /**
   * @param size the number of elements
   * @param element creates the element at an index; equal elements at each call
   */
  public ReadList(int size, IntFunction<T> element) {
    this.size = size;
    this.element = element;
  }

  /** An immutable list: the given one if it is a {@code ReadList}, otherwise a copy. */
  public static <T> List<T> copyOf(List<T> list) {
    return list instanceof ReadList ? list : List.copyOf(list);
  }

  /** A selection of elements; those of a {@code ReadList} are read when they are needed. */
  public static <T> List<T> select(List<T> list, int[] places) {
    IntFunction<T> chosen = i -> list.get(places[i]);
    ReadList<T> some = new ReadList<>(places.length, chosen);
    return list instanceof ReadList ? some : List.copyOf(some);
  }

  @Override
  public T get(int index) {
    Objects.checkIndex(index, size);
    return element.apply(index);
  }

  @Override
  public int size() {
    return size;
  }
}
