package io.github.palimpsest.api.data;

import io.github.palimpsest.api.Experimental;
import java.util.AbstractList;
import java.util.List;
import java.util.Objects;
import java.util.RandomAccess;
import java.util.function.IntFunction;

/**
 * A list whose elements are made when they are asked for, such as examples that stay in a file. It
 * never changes, so it is shared where another list would be copied; copying it would load all.
 *
 * @param <T> what it has
 */
@Experimental(since = "0.1")
public final class ReadList<T> extends AbstractList<T> implements RandomAccess {
  private final int size;
  private final IntFunction<T> element;

  /**
   * @param size how many
   * @param element makes the element at a place; always an equal one
   */
  public ReadList(int size, IntFunction<T> element) {
    this.size = size;
    this.element = element;
  }

  /** A list that does not change: the same if it is one, else a copy. */
  public static <T> List<T> copyOf(List<T> list) {
    return list instanceof ReadList ? list : List.copyOf(list);
  }

  /** Some elements of a list that does not change, read when they are asked for where it is. */
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
