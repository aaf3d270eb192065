package io.github.palimpsest.llm.text;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;

/**
 * Parts of a list of documents, for encoding on all processors. A part has at most {@value #MOST}
 * documents and at most {@value #TEXT} characters of text, unless a single document has more.
 */
final class DocumentParts implements Iterator<List<Document>> {
  static final int MOST = 256;
  static final int TEXT = 1 << 20;

  private final Iterator<Document> documents;
  private List<Document> held = List.of();

  DocumentParts(List<Document> all) {
    documents = all.iterator();
  }

  @Override
  public boolean hasNext() {
    return !held.isEmpty() || documents.hasNext();
  }

  @Override
  public List<Document> next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    List<Document> part = new ArrayList<>(held);
    held = List.of();
    long text = part.stream().mapToLong(Document::length).sum();
    while (part.size() < MOST && documents.hasNext()) {
      Document d = documents.next();
      text += d.length();
      if (text > TEXT && !part.isEmpty()) {
        held = List.of(d);
        break;
      }
      part.add(d);
    }
    return part;
  }
}
