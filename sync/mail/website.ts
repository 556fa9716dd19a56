/** Networks where strangers have pages: such an address tells who somebody is, and nothing of their e-mail domain. */
const NETWORKS: ReadonlySet<string> = new Set([
  ...['bsky.app', 'crunchbase.com', 'ebay.com', 'etsy.com', 'facebook.com', 'fb.com', 'g.page', 'github.com'],
  ...[
    'gitlab.com',
    'instagram.com',
    'kununu.com',
    'linkedin.com',
    'linktr.ee',
    'medium.com',
    'mastodon.social',
  ],
  ...['pinterest.com', 'reddit.com', 't.me', 'threads.com', 'threads.net', 'tiktok.com', 'tripadvisor.com'],
  ...['twitter.com', 'vk.com', 'wa.me', 'weibo.com', 'x.com', 'xing.com', 'yelp.com', 'youtube.com'],
]);

/** Whether what follows the domain in a website makes it somebody else's page. */
export function isNetwork(domain: string): boolean {
  return NETWORKS.has(domain);
}

/** The domain by which the owner of a website is known, lower case; people enter websites with and without a scheme. */
export function websiteDomain(website: string): string | null {
  const address = website.trim();
  const url = URL.parse(/^https?:\/\//i.test(address) ? address : `https://${address}`);
  if (url === null) return null;
  const domain = url.hostname.replace(/^www\./, '');
  const isPage = url.pathname !== '/' || url.search !== '';
  return isPage && isNetwork(domain) ? null : domain;
}
