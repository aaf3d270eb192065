package io.github.palimpsest.llm.text;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.storage.IoReason;
import java.io.IOException;
import java.io.Reader;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.text.Normalizer;

/**
 * The contents of documents, each as 16 bytes of a hash. A million contents take at most 48 MB.
 *
 * <p>Two documents have the same content if their contexts and responses, joined in order, are the
 * same normalised text: in Unicode's form NFC, without white space at the ends, and with one space
 * for every other run of white space. The file, the place in it and the end of the prompt do not
 * matter.
 */
public final class ContentSet {
  private static final int LONGS = 2;

  /**
   * Pairs of longs, each at the first free place from the place of its hash onwards. A free place
   * has zeros.
   */
  private long[] slots = new long[32];

  private int size;

  /**
   * Adds the content of a document.
   *
   * @return whether the content is new
   */
  public boolean add(Document document) {
    long[] key = key(document);
    int at = find(slots, key);
    if (slots[at] != 0 || slots[at + 1] != 0) {
      return false;
    }
    slots[at] = key[0];
    slots[at + 1] = key[1];
    size++;
    if (size * 3L > slots.length) { // two thirds of the slots are taken
      grow();
    }
    return true;
  }

  /** Whether the set has the content of a document. */
  public boolean contains(Document document) {
    int at = find(slots, key(document));
    return slots[at] != 0 || slots[at + 1] != 0;
  }

  /** The number of different contents. */
  public int size() {
    return size;
  }

  private void grow() {
    long[] larger = new long[Math.multiplyExact(slots.length, 2)];
    for (int i = 0; i < slots.length; i += LONGS) {
      if (slots[i] != 0 || slots[i + 1] != 0) {
        int at = find(larger, new long[] {slots[i], slots[i + 1]});
        larger[at] = slots[i];
        larger[at + 1] = slots[i + 1];
      }
    }
    slots = larger;
  }

  private static int find(long[] slots, long[] key) {
    int at = ((int) key[0] & (slots.length / LONGS - 1)) * LONGS;
    while ((slots[at] != 0 || slots[at + 1] != 0)
        && (slots[at] != key[0] || slots[at + 1] != key[1])) {
      at = (at + LONGS) % slots.length;
    }
    return at;
  }

  private static long[] key(Document document) {
    Normal normal = new Normal();
    for (Exchange e : document.exchanges()) {
      normal.add(e.context());
      try (Reader response = e.reader()) {
        char[] part = new char[Normal.PART];
        for (int count = response.read(part); count >= 0; count = response.read(part)) {
          normal.add(new String(part, 0, count));
        }
      } catch (IOException x) {
        throw new PalimpsestException(document.origin() + ": " + IoReason.of(x), x);
      }
    }
    ByteBuffer hash = ByteBuffer.wrap(normal.hash());
    return new long[] {hash.getLong(), hash.getLong()};
  }

  /** The hash of the normalised text, computed part by part. */
  private static final class Normal {
    static final int PART = 1 << 13;

    private final MessageDigest digest = sha256();
    private final StringBuilder pending = new StringBuilder();
    private boolean space;
    private boolean any;

    void add(String text) {
      pending.append(text);
      if (pending.length() > 2 * PART) {
        // NFC composes nothing across a space
        int end = Math.max(pending.lastIndexOf(" "), pending.lastIndexOf("\n"));
        if (end > 0) {
          take(pending.substring(0, end));
          pending.delete(0, end);
        }
      }
    }

    private void take(String text) {
      String composed = Normalizer.normalize(text, Normalizer.Form.NFC);
      StringBuilder out = new StringBuilder(composed.length());
      for (int at = 0; at < composed.length(); at = composed.offsetByCodePoints(at, 1)) {
        int c = composed.codePointAt(at);
        boolean blank = Character.isWhitespace(c) || Character.isSpaceChar(c);
        if (!blank) {
          if (space && any) {
            out.append(' ');
          }
          out.appendCodePoint(c);
          any = true;
        }
        space = blank;
      }
      digest.update(out.toString().getBytes(StandardCharsets.UTF_8));
    }

    byte[] hash() {
      take(pending.toString());
      return digest.digest();
    }

    private static MessageDigest sha256() {
      try {
        return MessageDigest.getInstance("SHA-256");
      } catch (NoSuchAlgorithmException e) {
        throw new IllegalStateException("every Java has SHA-256", e);
      }
    }
  }
}
