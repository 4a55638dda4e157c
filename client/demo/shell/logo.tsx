/** The app's mark: a page with a pinned corner. The icons in `public/` are drawn from the same shapes. */
export function Logo({ size }: { readonly size: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 64 64" aria-hidden="true" focusable="false">
      <rect width="64" height="64" rx="16" fill="#2a745a" />
      <path d="M20 15h24a4 4 0 0 1 4 4v18L36 49H20a4 4 0 0 1-4-4V19a4 4 0 0 1 4-4Z" fill="#fff" />
      <path d="M36 49v-8a4 4 0 0 1 4-4h8Z" fill="#b7d8ca" />
      <path d="M23 25h18M23 32h12" stroke="#2a745a" strokeWidth="3" strokeLinecap="round" />
    </svg>
  );
}
