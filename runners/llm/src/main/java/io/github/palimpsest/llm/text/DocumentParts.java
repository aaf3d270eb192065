package io.github.palimpsest.llm.text;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;

/**
 * Documents, some at a time, to be encoded on all processors: at most {@value #MOST}, and no more
 * text together than {@value #TEXT} characters unless one document alone has more.
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
