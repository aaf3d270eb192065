package io.github.palimpsest.llm.text;

import io.github.palimpsest.api.data.Example;
import io.github.palimpsest.api.data.ReadList;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Collects examples in memory while they are few, then in a temporary file. Each example in the
 * file is read on request.
 */
public final class ExampleStore {
  /** The most bytes of examples in memory. */
  private static final long LIMIT = 32 << 20;

  /** The approximate bytes of an example in addition to its tokens. */
  private static final long EACH = 512;

  private final List<Example> examples = new ArrayList<>();
  private final LongList bytes = new LongList();
  private final LongList ends = new LongList();
  private final LongList documents = new LongList();
  private int document;
  private final FileBytes file = FileBytes.empty(Path.of("examples"));
  private long size;

  /** The examples that are added next are of the document with this number. */
  ExampleStore of(int number) {
    document = number;
    return this;
  }

  /** The number of the document of each example. */
  List<Integer> documents() {
    return new ReadList<>(documents.size(), i -> (int) documents.get(i));
  }

  /**
   * Adds an example.
   *
   * @param responseBytes the UTF-8 bytes of the text that its targets cover
   */
  public void add(Example example, long responseBytes) {
    bytes.add(responseBytes);
    documents.add(document);
    size += EACH + 8L * example.tokens();
    if (size <= LIMIT) {
      examples.add(example);
      return;
    }
    examples.forEach(this::write);
    examples.clear();
    write(example);
  }

  private void write(Example example) {
    try {
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      example.write(new DataOutputStream(out));
      file.append(out.toByteArray());
      ends.add(file.size());
    } catch (IOException e) {
      throw FileBytes.unreadable(Path.of("temporary examples"), e);
    }
  }

  private Example read(int index) {
    long from = index == 0 ? 0 : ends.get(index - 1);
    byte[] content = file.read(from, Math.toIntExact(ends.get(index) - from));
    try {
      return Example.read(new DataInputStream(new ByteArrayInputStream(content)));
    } catch (IOException e) {
      throw FileBytes.unreadable(Path.of("temporary examples"), e);
    }
  }

  /** The number of examples. */
  public int count() {
    return bytes.size();
  }

  /** All examples so far. Nothing may be added after this call. */
  public List<Example> examples() {
    return ends.size() == 0 ? List.copyOf(examples) : new ReadList<>(ends.size(), this::read);
  }

  /** The bytes of the responses, one element for each example. */
  public List<Long> bytes() {
    return new ReadList<>(bytes.size(), bytes::get);
  }
}
