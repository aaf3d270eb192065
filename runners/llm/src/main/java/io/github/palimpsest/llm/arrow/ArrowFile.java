package io.github.palimpsest.llm.arrow;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.palimpsest.api.PalimpsestException;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.arrow.flatbuf.DictionaryBatch;
import org.apache.arrow.flatbuf.Endianness;
import org.apache.arrow.flatbuf.Field;
import org.apache.arrow.flatbuf.Message;
import org.apache.arrow.flatbuf.MessageHeader;
import org.apache.arrow.flatbuf.RecordBatch;
import org.apache.arrow.flatbuf.Schema;
import org.apache.arrow.flatbuf.Type;
import org.jspecify.annotations.Nullable;

/**
 * An Arrow file in either of its forms: the IPC file format, also called Feather version 2, and the
 * IPC stream format. Format: arrow.apache.org/docs/format/Columnar.html, version 1.5.
 */
public final class ArrowFile {
  private static final byte[] MAGIC = "ARROW1".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] OLD = "FEA1".getBytes(StandardCharsets.US_ASCII);
  private static final int CONTINUATION = -1;
  private static final int LARGEST_METADATA = 1 << 28;
  private static final int LARGEST_COPY = 1 << 20;

  private final Path file;
  private final FileChannel channel;
  private final Map<Long, Field> dictionaryFields = new HashMap<>();
  private final Map<Long, Column> dictionaries = new HashMap<>();
  private final List<Field> fields = new ArrayList<>();
  private long rows;

  private ArrowFile(Path file, FileChannel channel) {
    this.file = file;
    this.channel = channel;
  }

  /** Receives rows. */
  @FunctionalInterface
  public interface Rows {
    /**
     * Receives a row.
     *
     * @param number its number from 1
     * @return whether to go on
     */
    boolean row(long number, ObjectNode row) throws IOException;
  }

  /**
   * Passes the rows of a file to {@code to} in order. A column of a type that JSON does not have
   * becomes an object that names the type.
   *
   * @throws PalimpsestException if the file cannot be read, is not an Arrow file, is damaged, or
   *     has buffers in an unknown compression
   */
  public static void read(Path file, Rows to) {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      new ArrowFile(file, channel).read(to);
    } catch (EOFException e) {
      throw new PalimpsestException(file + ": the Arrow file ends too early", e);
    } catch (IOException e) {
      throw new PalimpsestException("cannot read " + file + ": " + e.getMessage(), e);
    } catch (PalimpsestException e) {
      throw new PalimpsestException(file + ": " + e.getMessage(), e);
    } catch (IndexOutOfBoundsException
        | IllegalArgumentException
        | NegativeArraySizeException
        | ArithmeticException
        | ClassCastException
        | NullPointerException e) { // flatbuffers trusts its offsets
      throw new PalimpsestException(file + ": not an Arrow file, or damaged", e);
    }
  }

  private void read(Rows to) throws IOException {
    byte[] start = new byte[(int) Math.min(8, channel.size())];
    fill(ByteBuffer.wrap(start), 0);
    if (begins(start, OLD)) {
      throw new PalimpsestException("Feather version 1 is not supported; write version 2");
    }
    long at = begins(start, MAGIC) ? 8 : 0;
    while (true) {
      if (at > 0 && at == channel.size()) {
        return; // a stream may end without a mark
      }
      int size = integer(at);
      boolean continued = size == CONTINUATION;
      int length = continued ? integer(at + 4) : size;
      at += continued ? 8 : 4;
      if (length == 0) {
        return;
      }
      if (length < 0 || length > LARGEST_METADATA || length > channel.size() - at) {
        throw new PalimpsestException("not an Arrow file, or damaged");
      }
      ByteBuffer metadata = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
      fill(metadata, at);
      metadata.flip();
      at += length;
      Message message = Message.getRootAsMessage(metadata);
      long body = message.bodyLength();
      if (body < 0 || body > channel.size() - at) {
        throw new EOFException();
      }
      if (body > Integer.MAX_VALUE) {
        throw new PalimpsestException(
            "a record batch of " + body + " bytes is too long; write smaller ones");
      }
      if (!message(message, at, (int) body, to)) {
        return;
      }
      at += body;
    }
  }

  private static boolean begins(byte[] start, byte[] magic) {
    return start.length >= magic.length
        && java.util.Arrays.equals(start, 0, magic.length, magic, 0, magic.length);
  }

  private int integer(long at) throws IOException {
    ByteBuffer four = ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN);
    fill(four, at);
    return four.getInt(0);
  }

  private void fill(ByteBuffer into, long from) throws IOException {
    long at = from;
    while (into.hasRemaining()) {
      int count = channel.read(into, at);
      if (count < 0) {
        throw new EOFException();
      }
      at += count;
    }
  }

  /** Whether to go on. */
  private boolean message(Message message, long at, int body, Rows to) throws IOException {
    switch (message.headerType()) {
      case MessageHeader.Schema -> schema((Schema) header(message, new Schema()));
      case MessageHeader.DictionaryBatch ->
          dictionary((DictionaryBatch) header(message, new DictionaryBatch()), body(at, body));
      case MessageHeader.RecordBatch -> {
        return rows((RecordBatch) header(message, new RecordBatch()), body(at, body), to);
      }
      default ->
          throw new PalimpsestException(
              "has a message of kind " + message.headerType() + ", which is no table");
    }
    return true;
  }

  private static Object header(Message message, com.google.flatbuffers.Table into) {
    Object header = message.header(into);
    if (header == null) {
      throw new PalimpsestException("not an Arrow file, or damaged");
    }
    return header;
  }

  /**
   * The body of a message. A long one stays in the file and is read page by page; a short one is
   * copied, because a mapping lasts until the garbage collector finds it.
   */
  private ByteBuffer body(long at, int length) throws IOException {
    if (length <= LARGEST_COPY) {
      ByteBuffer copy = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
      fill(copy, at);
      return copy.flip();
    }
    return channel.map(FileChannel.MapMode.READ_ONLY, at, length).order(ByteOrder.LITTLE_ENDIAN);
  }

  private void schema(Schema schema) {
    if (schema.endianness() != Endianness.Little) {
      throw new PalimpsestException("big-endian Arrow files are not supported");
    }
    fields.clear();
    for (int i = 0; i < schema.fieldsLength(); i++) {
      fields.add(schema.fields(i));
      dictionaries(schema.fields(i));
    }
  }

  private void dictionaries(Field field) {
    if (field.dictionary() != null) {
      dictionaryFields.put(field.dictionary().id(), field);
    }
    for (int i = 0; i < field.childrenLength(); i++) {
      dictionaries(field.children(i));
    }
  }

  private void dictionary(DictionaryBatch batch, ByteBuffer body) {
    @Nullable Field field = dictionaryFields.get(batch.id());
    if (field == null) {
      throw new PalimpsestException("has a dictionary " + batch.id() + " that no column uses");
    }
    if (batch.isDelta()) {
      throw new PalimpsestException("dictionaries that grow are not supported; write them whole");
    }
    BatchReader reader = new BatchReader(batch.data(), body, dictionaries);
    dictionaries.put(batch.id(), reader.values(field));
  }

  private boolean rows(RecordBatch batch, ByteBuffer body, Rows to) throws IOException {
    requireValues();
    BatchReader reader = new BatchReader(batch, body, dictionaries);
    List<Column> columns = fields.stream().map(reader::whole).toList();
    for (long i = 0; i < batch.length(); i++) {
      ObjectNode row = JsonNodeFactory.instance.objectNode();
      for (int c = 0; c < columns.size(); c++) {
        row.set(String.valueOf(fields.get(c).name()), columns.get(c).at(Math.toIntExact(i)));
      }
      rows++;
      if (!to.row(rows, row)) {
        return false;
      }
    }
    return true;
  }

  /**
   * Refuses a table whose rows take no bytes of the file, or that no schema precedes: it could say
   * any number of rows.
   */
  private void requireValues() {
    if (fields.stream().noneMatch(BatchReader::holdsValues)) {
      throw new PalimpsestException(
          "no column holds texts or numbers; the columns are "
              + fields.stream()
                  .map(field -> "'" + field.name() + "' (" + Type.name(field.typeType()) + ")")
                  .toList());
    }
  }
}
