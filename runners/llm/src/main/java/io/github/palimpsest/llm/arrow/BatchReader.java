package io.github.palimpsest.llm.arrow;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.palimpsest.api.PalimpsestException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;
import org.apache.arrow.flatbuf.Buffer;
import org.apache.arrow.flatbuf.Field;
import org.apache.arrow.flatbuf.FixedSizeList;
import org.apache.arrow.flatbuf.FloatingPoint;
import org.apache.arrow.flatbuf.Int;
import org.apache.arrow.flatbuf.Precision;
import org.apache.arrow.flatbuf.RecordBatch;
import org.apache.arrow.flatbuf.Type;
import org.apache.arrow.flatbuf.Union;
import org.apache.arrow.flatbuf.UnionMode;

/**
 * Reads the columns of a record batch. Their nodes and buffers are listed in the order of the
 * columns, each column before its children, so every column must take its own.
 */
final class BatchReader {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
  private static final int MOST_EMPTY = 1 << 16;

  private final RecordBatch batch;
  private final Buffers buffers;
  private final Map<Long, Column> dictionaries;
  private int node;
  private int buffer;
  private int variadic;

  BatchReader(RecordBatch batch, ByteBuffer body, Map<Long, Column> dictionaries) {
    this.batch = batch;
    this.buffers = new Buffers(batch.compression(), body);
    this.dictionaries = dictionaries;
  }

  private ByteBuffer next() {
    Buffer next = batch.buffers(buffer++);
    return buffers.read(next.offset(), next.length());
  }

  private void skip(int count) {
    buffer += count;
  }

  /**
   * A column of the table.
   *
   * @throws PalimpsestException if it has another number of rows than the batch
   */
  Column whole(Field field) {
    long rows = batch.nodes(node).length();
    if (rows != batch.length()) {
      throw new PalimpsestException(
          "column '"
              + field.name()
              + "' has "
              + rows
              + " rows in a batch of "
              + batch.length()
              + ": the file is damaged");
    }
    return column(field);
  }

  /** The values of a column. */
  private Column column(Field field) {
    node++;
    return field.dictionary() == null ? values(field) : encoded(field);
  }

  /** A column of places in a dictionary. */
  private Column encoded(Field field) {
    long id = field.dictionary().id();
    Int index = field.dictionary().indexType();
    Validity valid = new Validity(next());
    ByteBuffer places = next();
    int width = index == null ? 32 : index.bitWidth();
    IntUnaryOperator place = row -> (int) Numbers.integer(places, row, width, true).longValue();
    return valid.around(
        row -> {
          Column dictionary = dictionaries.get(id);
          if (dictionary == null) {
            throw new PalimpsestException("column '" + field.name() + "' has no dictionary");
          }
          return dictionary.at(place.applyAsInt(row));
        });
  }

  /**
   * Whether each row of a column takes bytes of the file. A table without such a column could say
   * any number of rows.
   */
  static boolean holdsValues(Field field) {
    if (field.dictionary() != null) {
      return true;
    }
    return switch (field.typeType()) {
      case Type.Bool,
          Type.Int,
          Type.Utf8,
          Type.LargeUtf8,
          Type.Utf8View,
          Type.List,
          Type.LargeList ->
          true;
      case Type.FloatingPoint -> !half(field);
      case Type.FixedSizeList -> listSize(field) > 0 && holdsValues(field.children(0));
      case Type.Struct_ ->
          IntStream.range(0, field.childrenLength()).anyMatch(i -> holdsValues(field.children(i)));
      default -> false;
    };
  }

  private static boolean half(Field field) {
    return ((FloatingPoint) field.type(new FloatingPoint())).precision() == Precision.HALF;
  }

  private static int listSize(Field field) {
    return ((FixedSizeList) field.type(new FixedSizeList())).listSize();
  }

  /** The values of a column, or of its dictionary. */
  Column values(Field field) {
    return switch (field.typeType()) {
      case Type.Null -> row -> JSON.nullNode();
      case Type.Bool -> {
        Validity valid = new Validity(next());
        Validity values = new Validity(next());
        yield valid.around(row -> JSON.booleanNode(values.bit(row)));
      }
      case Type.Int -> {
        Int type = (Int) field.type(new Int());
        Validity valid = new Validity(next());
        ByteBuffer values = next();
        yield valid.around(
            row -> JSON.numberNode(Numbers.integer(values, row, type.bitWidth(), type.isSigned())));
      }
      case Type.FloatingPoint -> real(field);
      case Type.Utf8 -> text(field, 4);
      case Type.LargeUtf8 -> text(field, 8);
      case Type.Utf8View -> views(field);
      case Type.List -> list(field, 4);
      case Type.LargeList -> list(field, 8);
      case Type.FixedSizeList -> {
        int size = listSize(field);
        Validity valid = new Validity(next());
        Items items = items(field);
        yield valid.around(row -> items.array((long) row * size, (row + 1L) * size));
      }
      case Type.Struct_ -> struct(field);
      default -> other(field);
    };
  }

  private Column real(Field field) {
    if (half(field)) {
      return other(field);
    }
    int precision = ((FloatingPoint) field.type(new FloatingPoint())).precision();
    Validity valid = new Validity(next());
    ByteBuffer values = next();
    return valid.around(
        precision == Precision.SINGLE
            ? row -> JSON.numberNode(values.getFloat(row * 4))
            : row -> JSON.numberNode(values.getDouble(row * 8)));
  }

  private Column text(Field field, int width) {
    Validity valid = new Validity(next());
    ByteBuffer ends = next();
    ByteBuffer bytes = next();
    return valid.around(
        row -> {
          long from = Numbers.offset(ends, row, width);
          long to = Numbers.offset(ends, row + 1, width);
          return JSON.textNode(Numbers.text(field, bytes, from, to - from));
        });
  }

  /** Texts of up to 12 bytes stand in their view, others in one of several buffers. */
  private Column views(Field field) {
    Validity valid = new Validity(next());
    ByteBuffer views = next();
    List<ByteBuffer> data = new ArrayList<>();
    long count = batch.variadicBufferCounts(variadic++);
    for (long i = 0; i < count; i++) {
      data.add(next());
    }
    return valid.around(
        row -> {
          int at = row * 16;
          int length = views.getInt(at);
          return JSON.textNode(
              length <= 12
                  ? Numbers.text(field, views, at + 4L, length)
                  : Numbers.text(
                      field, data.get(views.getInt(at + 8)), views.getInt(at + 12), length));
        });
  }

  private Column list(Field field, int width) {
    Validity valid = new Validity(next());
    ByteBuffer ends = next();
    Items items = items(field);
    return valid.around(
        row -> items.array(Numbers.offset(ends, row, width), Numbers.offset(ends, row + 1, width)));
  }

  /**
   * The values in the lists of a column.
   *
   * @param most the largest number of them in one list, where the file does not limit it
   */
  private record Items(Column values, int most) {
    ArrayNode array(long from, long to) {
      if (to - from > most) {
        throw new PalimpsestException(
            "a list says that it has " + (to - from) + " values, which take no bytes");
      }
      ArrayNode array = JSON.arrayNode();
      for (long i = from; i < to; i++) {
        array.add(values.at(Math.toIntExact(i)));
      }
      return array;
    }
  }

  private Items items(Field list) {
    Field values = list.children(0);
    return new Items(column(values), holdsValues(values) ? Integer.MAX_VALUE : MOST_EMPTY);
  }

  private Column struct(Field field) {
    Validity valid = new Validity(next());
    List<String> names = new ArrayList<>();
    List<Column> children = new ArrayList<>();
    for (int i = 0; i < field.childrenLength(); i++) {
      names.add(String.valueOf(field.children(i).name()));
      children.add(column(field.children(i)));
    }
    return valid.around(
        row -> {
          ObjectNode object = JSON.objectNode();
          for (int i = 0; i < names.size(); i++) {
            object.set(names.get(i), children.get(i).at(row));
          }
          return object;
        });
  }

  /** A type that JSON does not have. Its value names it, so that a format refuses it by name. */
  private Column other(Field field) {
    switch (field.typeType()) {
      case Type.RunEndEncoded -> {}
      case Type.Union -> {
        boolean dense = ((Union) field.type(new Union())).mode() == UnionMode.Dense;
        skip(dense ? 2 : 1);
      }
      case Type.Binary, Type.LargeBinary, Type.ListView, Type.LargeListView -> skip(3);
      case Type.BinaryView -> skip(2 + (int) batch.variadicBufferCounts(variadic++));
      default -> skip(2); // validity and values, or validity and offsets of a map
    }
    for (int i = 0; i < field.childrenLength(); i++) {
      column(field.children(i));
    }
    ObjectNode named = JSON.objectNode().put("arrow type", Type.name(field.typeType()));
    return row -> named;
  }
}
